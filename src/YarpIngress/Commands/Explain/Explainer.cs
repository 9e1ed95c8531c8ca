using YarpIngress.Commands.Policies;
using YarpIngress.Controller.Cache;
using YarpIngress.Controller.Updates;
using YarpIngress.Kubernetes;
using YarpIngress.Pipeline.Health;
using YarpIngress.Proxy;
using YarpIngress.Proxy.Routing;
using YarpIngress.Translation;
using YarpIngress.Translation.Ingress;
using YarpIngress.Translation.Model;
using Route = YarpIngress.Translation.Model.Route;

namespace YarpIngress.Commands.Explain;

/// <summary>
/// Explains a request from the same cache, translation and routing table that serve requests: what is asked is read,
/// nothing is changed.
/// </summary>
/// <param name="cache">The cluster's objects.</param>
/// <param name="translation">What they amount to; drained.</param>
/// <param name="dataPlane">Where that was published.</param>
/// <param name="health">What load balancers are answered.</param>
internal sealed class Explainer(ClusterCache cache, ClusterTranslation translation, DataPlane dataPlane, HealthCheck health)
{
    private const int MostUnmatched = 20;

    /// <summary>Explains <paramref name="request"/>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="now">The time, for what expires.</param>
    public Explanation Explain(ExplainedRequest request, DateTime now)
    {
        var match = dataPlane.Routes.Match(request.Host, request.Path, request.Facts);
        var owner = Owner(match.Host?.Host);
        var hosts = HostsFor(request.Host);
        var served = match.Route ?? dataPlane.DefaultRoute;
        var rule = served is null ? null : RuleOf(served, match);
        var rulesOf = owner == match.Host?.Host ? hosts : [owner!];
        var losers = Losers.Of(request, rulesOf, owner, served?.Route, rule?.Field, cache, IsRegex);
        var certificate = CertificateUse.Of(request.Host, hosts, cache, translation);
        var shown = losers.Where(loser => loser.IsMatch).Concat(losers.Where(loser => !loser.IsMatch).Take(MostUnmatched)).ToList();
        var client = new ExplainedClient(request, translation.GlobalSettings);
        var backend = served is null ? null : ExplainedEndpoints.Of(served.Backend, cache, translation);
        return new Explanation
        {
            Request = request,
            Answer = Answer(request, client, match, served, backend),
            Host = new ExplainedHost(match.Host?.Host, HostText(match.Host?.Host, request.Host, owner)),
            Rule = rule,
            Backend = backend,
            Certificate = request.IsTls && match.Host?.Passthrough is not null
                ? new(null, IsDefault: false, [], null, null, null, "the pod's own, since TLS is passed through")
                : certificate.Explain(request, now),
            Policies = served is null ? [] : ExplainedPolicies.Of(request, served, match.Host, cache),
            NotUsed = [.. shown.Select(loser => loser.Text)],
            MoreNotUsed = losers.Count - shown.Count,
            Problems = Problems(served, shown, certificate.Secret),
        };
    }

    /// <summary>The virtual hosts that a request's host may fall into, first one first.</summary>
    private static IReadOnlyList<string> HostsFor(string host) =>
        HostName.WildcardFor(host) is { } wildcard ? [host, wildcard, ""] : [host, ""];

    /// <summary>The host whose rules an entry serves: of an alias another one.</summary>
    private string? Owner(string? entry) =>
        entry is null ? null : translation.Hosts.GetValueOrDefault(entry)?.VirtualHost?.AliasOf ?? entry;

    private bool IsRegex(string host) =>
        translation.Hosts.GetValueOrDefault(host)?.VirtualHost?.Routes.Any(route => route.Match is PathMatch.Regex) == true;

    private static string HostText(string? entry, string requested, string? owner) => entry switch
    {
        null => "no rule names it, and no rule is without a host",
        _ when owner != entry => $"{entry} is an alias of {owner}",
        "" => "no rule names it; rules without a host serve it",
        _ when entry == requested => "named by a rule",
        _ => $"covered by {entry}",
    };

    // In the order of the pipeline: the method comes before the route, which comes before the endpoints.
    private ExplainedAnswer Answer(
        ExplainedRequest request, ExplainedClient client, in RouteMatch<ProxyRoute> match, ProxyRoute? served, ExplainedBackend? backend)
    {
        if (request.IsTls && match.Host?.Passthrough is { } passed)
            return PassthroughOutput.Answer(
                passed.Policy, client, passed.Backend.Cluster is { DestinationsState.AvailableDestinations.Count: > 0 });
        if (request.Method is "TRACE" or "CONNECT")
            return new(405, "gateway", $"405: {request.Method} is not forwarded");
        if (client.Blocked() is { } blocked)
            return blocked;
        if (GuardedPaths.IsAmbiguous(match, served, request.Facts.Path, request.Facts))
            return new(400, "gateway", "400: a server could read this path in another way, past the protections of another rule");
        if (match.Host is null or { Host: "" } && health.IsAskedFor(request.Facts.Path, served))
            return new(200, "gateway", "200: what load balancers are answered on hosts that no rule names");
        if (match.Host?.Tls?.Clients is { } clients
            && ClientCertificateText.Answer(request, client.Scheme, served, clients) is { } uncertified)
            return uncertified;
        if (served is null)
            return match.Host?.MethodsFor(request.Path) is { } methods
                ? new(405, "gateway", $"405: the rules for the path are for {string.Join(", ", methods)} only")
                : new(404, "gateway", "404: nothing serves it");
        if ((served.Policies.Denied ?? served.Policies.DeniedHosts) is { } denied)
            return new(503, "gateway", $"503: closed, since a protection can't be given: {denied}");
        if (request.Method == "OPTIONS" && served.Policies.Cors is { } cors && cors.Allows(request.Headers.Origin.ToString()))
            return new(204, "gateway", "204: a preflight request from an origin that cors-allow-origin allows");
        if (served.Policies.Redirect is { } redirect)
            return new(redirect.Status, "gateway", $"{redirect.Status}: to {redirect.Location}");
        if (served.RedirectsToHttps && client.Scheme == "http")
            return new(served.Policies.Redirects.Status, "gateway", $"{served.Policies.Redirects.Status}: to https");
        if (client.Refused(served.Policies) is { } refused)
            return refused;
        var isSatisfied = client.Satisfies(served.Policies);
        var judge = served.IsOpen || isSatisfied ? null : served.Policies.ExternalAuth?.Url;
        // With satisfy any it may let pass who has no password.
        if (!isSatisfied && (judge is null || !served.Policies.Access.SatisfyAny) && AccessAnswer.Of(request, served) is { } unauthorized)
            return unauthorized;
        if (AuthorizationAnswer.Of(request, client.Address, served, match.Host?.Tls?.Clients is not null) is { } unauthorizedByPolicy)
            return unauthorizedByPolicy;
        if (judge is not null)
            return new(0, "authentication service", $"the authentication service decides: {judge}");
        if (backend is { Ready: > 0 })
            return new(0, "pod", "a pod's" + client.Unless(served.Policies));
        return served.ErrorRoute?.Backend is { Cluster.DestinationsState.AvailableDestinations.Count: > 0 } instead
            ? new(0, "pod", $"a pod's of {instead.Key}: default-backend serves, since the rule's Service has no endpoint that "
                + "takes traffic")
            : new(503, "gateway", "503: its backend has no endpoint that takes traffic");
    }

    private ExplainedRule RuleOf(ProxyRoute served, RouteMatch<ProxyRoute> match)
    {
        if (served.Route is not { } route || match.Host is not { } host)
            return new ExplainedRule(RuleKind.GlobalDefault, null, "--default-backend-service", null, null, "");
        var selection = cache.Ingress(route.Ingress) is { } ingress ? cache.Decide(ingress).Describe(ingress, cache.Settings) : "";
        return match.IsDefault
            ? new ExplainedRule(RuleKind.IngressDefault, route.Ingress.ToString(), "spec.defaultBackend", null, null, selection)
            : new ExplainedRule(
                RuleKind.Path, route.Ingress.ToString(), FieldOf(route, Owner(host.Host)!), route.Match.ToString(), route.Path, selection);
    }

    private string FieldOf(Route route, string host) =>
        cache.Selected.Find(route.Ingress)?.Hosts.GetValueOrDefault(host)?.Paths
            .Where(path => path.Became(route)).Select(path => path.Field).FirstOrDefault() ?? "";

    private List<ExplainedProblem> Problems(ProxyRoute? served, IEnumerable<Losers.Loser> losers, ObjectKey? certificate)
    {
        var objects = new List<ProblemObject>();
        if (served?.Route is { } won)
            objects.Add(new ProblemObject("Ingress", won.Ingress));
        if (served is not null)
        {
            var service = new ObjectKey(served.Backend.Key.Namespace, served.Backend.Key.Service);
            objects.Add(new ProblemObject("Service", service));
            objects.AddRange(cache.Services.Slices(service).Select(slice => new ProblemObject("EndpointSlice", ObjectKey.Of(slice))));
        }
        if (cache.Settings.ConfigMap is { } settings)
            objects.Add(new ProblemObject("ConfigMap", settings));
        if (certificate is { } secret)
            objects.Add(new ProblemObject("Secret", secret));
        objects.AddRange(losers.Select(loser => new ProblemObject("Ingress", loser.Ingress)));
        return
        [
            .. objects.Distinct().SelectMany(about => translation.Problems.Of(about)).Select(ExplainedProblem.Of),
        ];
    }
}
