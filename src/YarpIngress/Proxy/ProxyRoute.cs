using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;
using YarpIngress.Observability.Traffic;
using YarpIngress.Pipeline.Affinity;
using YarpIngress.Pipeline.Canary;
using YarpIngress.Pipeline.Limits;
using YarpIngress.Pipeline.OutputCache;
using YarpIngress.Pipeline.RateLimiter;
using YarpIngress.Pipeline.Rewrite;
using YarpIngress.Translation.Model;
using Route = YarpIngress.Translation.Model.Route;

namespace YarpIngress.Proxy;

/// <summary>A route that serves requests: the model, YARP's record of it, and the backend.</summary>
/// <param name="host">The virtual host that it belongs to; empty for any host.</param>
/// <param name="route">The model; null for the global default backend, which has no Ingress.</param>
/// <param name="config">The route as YARP writes it.</param>
/// <param name="backend">Where requests go.</param>
/// <param name="traffic">Where requests are counted.</param>
/// <param name="policies">Of the global default backend, what the ConfigMap asks for; null asks for nothing.</param>
internal sealed class ProxyRoute(
    string host, Route? route, RouteConfig config, ProxyBackend backend, RouteTraffic traffic, RoutePolicies? policies = null)
{
    private RouteModel? _model;

    /// <summary>The virtual host that it belongs to; empty for any host.</summary>
    public string Host { get; } = host;

    /// <summary>The model; null for the global default backend.</summary>
    public Route? Route { get; } = route;

    /// <summary>What the annotations of its Ingress ask for.</summary>
    public RoutePolicies Policies { get; } = route?.Policies ?? policies ?? RoutePolicies.None;

    /// <summary>Whether requests over plain HTTP are sent to HTTPS.</summary>
    public bool RedirectsToHttps { get; } = route?.RedirectsToHttps ?? false;

    /// <summary>What pods get instead of the client's path; null when they get that.</summary>
    public PathRewrite? Rewrite { get; } = route?.Policies.Rewrite is { } rewrite ? new PathRewrite(rewrite, route.Path) : null;

    /// <summary>Whether it asks nobody to log in, whatever its policies say: see <see cref="AccessPolicy.OpenPaths"/>.</summary>
    public bool IsOpen { get; } = route is not null && route.Policies.Access.IsOpen(route);

    /// <summary>Whether requests pass the steps of policies; they cost nothing on other routes.</summary>
    public bool HasSteps { get; } = (route?.Policies ?? policies) is { HasSteps: true } || route?.Canary is not null;

    /// <summary>What keeps clients out of it; null when nothing does.</summary>
    public RoutePolicies? Protections { get; } = route?.Policies.Protections;

    /// <summary>The policies, when they say something about the headers of answers; null costs nothing.</summary>
    public RoutePolicies? AnswerPolicies { get; } = Finishing(route?.Policies ?? policies);

    /// <summary>The Service of <c>default-backend</c>; null without one.</summary>
    public ProxyRoute? ErrorRoute { get; init; }

    /// <summary>Where requests go.</summary>
    public ProxyBackend Backend { get; } = backend;

    /// <summary>Where requests are counted: a handle, so that no request looks it up.</summary>
    public RouteTraffic Traffic { get; } = traffic;

    /// <summary>Which endpoints its sessions are with; null when it has none.</summary>
    public RouteAffinity? Affinity { get; init; }

    /// <summary>What its Ingress remembers of clients; null when it does not limit them.</summary>
    public LimitZone? Limits { get; init; }

    /// <summary>What its Ingress has counted by its limiter; null without one.</summary>
    public RateZone? RateLimiter { get; init; }

    /// <summary>The answers that it keeps; null when it keeps none.</summary>
    public KeptAnswers? OutputCache { get; init; }

    /// <summary>What takes a part of its requests; null without a canary.</summary>
    public ProxyCanary? Canary { get; init; }

    /// <summary>
    /// YARP's runtime route for <paramref name="cluster"/>. A runtime route is tied to its cluster for life, so it is
    /// made anew when the backend's cluster is another one; two requests that do so at once make equal ones.
    /// </summary>
    public RouteModel ModelFor(ClusterState cluster, HttpTransformer transformer)
    {
        var model = Volatile.Read(ref _model);
        if (model is null || !ReferenceEquals(model.Cluster, cluster))
        {
            model = new RouteModel(config, cluster, transformer);
            Volatile.Write(ref _model, model);
        }
        return model;
    }

    private static RoutePolicies? Finishing(RoutePolicies? policies) =>
        policies is { CustomHeaders: null, Cors: null, Errors: null } && policies.Rewrites is not { IsUsed: true } ? null : policies;
}
