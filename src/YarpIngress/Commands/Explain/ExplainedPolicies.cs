using System.Globalization;
using YarpIngress.Commands.Policies;
using YarpIngress.Controller.Cache;
using YarpIngress.Kubernetes;
using YarpIngress.Proxy;
using YarpIngress.Proxy.Routing;
using YarpIngress.Translation.Ingress.Annotations;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Commands.Explain;

/// <summary>What applies to a request beside its route.</summary>
internal static class ExplainedPolicies
{
    private const string Default = "default";

    /// <summary>
    /// What the route's cluster does with it, then every annotation of our dialects on its Ingress, then the keys of the global
    /// ConfigMap that no annotation overrides.
    /// </summary>
    public static IReadOnlyList<ExplainedPolicy> Of(
        ExplainedRequest request, ProxyRoute served, HostEntry<ProxyRoute>? host, ClusterCache cache)
    {
        var policies = new List<ExplainedPolicy>();
        if (host?.Passthrough is { } passed)
            policies.Add(PassthroughOutput.Policy(passed.Policy, request.IsTls));
        policies.AddRange(OfCluster(served.Backend));
        if (host?.Tls?.Clients?.Policy is { } clients)
            policies.Add(new(
                "client certificates", ClientCertificateText.Of(clients), $"annotations of the Ingresses of {host.Host}",
                "decides in the handshake, for the whole host"));
        if (served.Route?.Canary is { } canary)
            policies.Add(new(
                "canary", canary.Backend.ToString(), $"Ingress {canary.Ingress}",
                "takes requests: " + RoutePolicyText.Canary(canary.Policy)));
        if (served.Affinity is { } affinity)
            policies.Add(new(
                "affinity", RoutePolicyText.Affinity(affinity.Policy), "annotation", "the requests of one browser go to one endpoint"));
        if (served.Policies.Limits is { IsUsed: true } limits)
            policies.Add(new(
                "limits", string.Join("; ", LimitText.Of(limits)), "annotation or ConfigMap",
                "counted by each replica, for all hosts and paths of the Ingress together"));
        policies.AddRange(AuthorizationAnswer.Policies(served.Policies));
        if (served.Policies.Addresses is { } addresses)
            policies.Add(new(
                "addresses", AddressPolicyOutput.Text(addresses), "annotations or ConfigMap",
                "who is refused, and who is not allowed where somebody is, is answered 403"));
        policies.AddRange(AccessAnswer.Policies(served));
        if (ExternalAuthOutput.Explain(served.Policies, served.IsOpen) is { } auth)
            policies.Add(auth);
        if (served.Route is { } route)
            policies.AddRange(OfAnnotations(cache, route.Ingress));
        policies.AddRange(OfConfigMap(cache, [.. policies.Where(policy => policy.From == "annotation").Select(policy => policy.Name)]));
        return policies;
    }

    private static IEnumerable<ExplainedPolicy> OfCluster(ProxyBackend backend)
    {
        if (backend.Cluster?.Model.Config is not { } cluster)
            yield break;
        if (cluster.LoadBalancingPolicy is { } balancing)
            yield return new("load balancing", balancing, Default, "chooses among the endpoints that take traffic");
        else if (backend.Balancer is { } balancer)
            yield return new(
                "load balancing", balancer.Policy.ToString(), "annotation, ConfigMap or Service",
                "chooses among the endpoints that take traffic");
        if (cluster.HttpRequest?.ActivityTimeout is { } timeout)
            yield return new(
                "timeout", string.Create(CultureInfo.InvariantCulture, $"{timeout.TotalSeconds}s"),
                timeout == BackendPolicy.DefaultActivityTimeout ? Default : "annotation or ConfigMap",
                "an endpoint that sends or takes nothing for so long ends the request with 504");
    }

    private static IEnumerable<ExplainedPolicy> OfAnnotations(ClusterCache cache, ObjectKey ingress)
    {
        var annotations = cache.Ingress(ingress)?.Metadata.Annotations ?? [];
        foreach (var (name, value) in annotations.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (IngressAnnotations.NameOf(name, cache.Settings.AnnotationsPrefix) is { } known)
                yield return new(known, value, "annotation", EffectOf(known));
        }
    }

    private static string EffectOf(string name) =>
        IngressAnnotations.ByName.TryGetValue(name, out var annotation) ? annotation.Doc
        : UnsupportedAnnotations.ByName.TryGetValue(name, out var unsupported) ? $"not acted on, since it {unsupported.Reason}"
        : "none: this version does not know the annotation";

    // A value that is not allowed has a Problem, which is shown beside. Definitions of policies by name do nothing by themselves; who
    // refers to one has an annotation.
    private static IEnumerable<ExplainedPolicy> OfConfigMap(ClusterCache cache, HashSet<string> overridden) =>
        from pair in cache.GlobalConfigMap?.Data ?? []
        where !overridden.Contains(pair.Key) && !DialectKeys.IsDefinitions(pair.Key)
        orderby pair.Key
        let known = GlobalKeys.ByName.GetValueOrDefault(pair.Key)
        select new ExplainedPolicy(
            pair.Key, pair.Value ?? "", $"ConfigMap {cache.Settings.ConfigMap}", known?.Doc ?? "not acted on by this version");
}
