using YarpIngress.Controller;
using YarpIngress.Kubernetes;
using YarpIngress.Proxy;
using YarpIngress.Translation;
using YarpIngress.Translation.Ingress;
using YarpIngress.Translation.Model;
using Route = YarpIngress.Translation.Model.Route;

namespace YarpIngress.Commands.Explain;

/// <summary>
/// Explains a request from the same cache, translation and routing table that serve requests. Pure: what is asked is
/// read, nothing is changed.
/// </summary>
internal static class Explainer
{
    private const int MostUnmatched = 20;

    /// <summary>Explains <paramref name="request"/>; <paramref name="translation"/> is drained.</summary>
    public static Explanation Explain(ExplainedRequest request, ClusterCache cache, ClusterTranslation translation)
    {
        var hosts = HostsFor(request.Host);
        var match = Table(hosts, translation).Match(request.Host, request.Path);
        var route = Winner(match, cache);
        var losers = Losers.Of(request, hosts, match.Host?.Host, route, cache);
        var certificate = Certificate(hosts, cache, translation);
        var shown = losers.Where(loser => loser.IsMatch).Concat(losers.Where(loser => !loser.IsMatch).Take(MostUnmatched)).ToList();
        return new Explanation
        {
            Request = request,
            Host = match.Host?.Host,
            Route = route,
            Backend = route is null ? null : translation.Backends.GetValueOrDefault(route.Backend),
            Unready = route is null ? 0 : Unready(route.Backend, cache),
            Certificate = certificate,
            Losers = [.. shown.Select(loser => loser.Text)],
            MoreUnmatched = losers.Count - shown.Count,
            Problems = Problems(route, shown, certificate, translation),
        };
    }

    /// <summary>The virtual hosts that a request's host may fall into, first one first.</summary>
    private static IReadOnlyList<string> HostsFor(string host) =>
        HostName.WildcardFor(host) is { } wildcard ? [host, wildcard, ""] : [host, ""];

    private static RoutingTable<Route> Table(IEnumerable<string> hosts, ClusterTranslation translation)
    {
        var table = new RoutingTable<Route>();
        foreach (var host in hosts)
            if (translation.Hosts.GetValueOrDefault(host)?.VirtualHost is { } found)
                table.Set(new HostEntry<Route>(
                    host, new PathTable<Route>(found.Routes.Select(route => (route.Match, route.Path, route))), found.Default,
                    [.. found.Routes]));
        return table;
    }

    private static ExplainedRoute? Winner(RouteMatch<Route> match, ClusterCache cache)
    {
        if (match is { Route: { } route, Host: { } host })
        {
            var selection = cache.Ingress(route.Ingress) is { } ingress ? cache.Decide(ingress).Describe(ingress, cache.Settings) : "";
            return match.IsDefault
                ? new ExplainedRoute(RouteKind.IngressDefault, route, "spec.defaultBackend", selection, route.Backend)
                : new ExplainedRoute(RouteKind.Path, route, FieldOf(route, host.Host, cache), selection, route.Backend);
        }
        return cache.DefaultBackend is { } backend
            ? new ExplainedRoute(RouteKind.GlobalDefault, null, "--default-backend-service", "", backend)
            : null;
    }

    private static string FieldOf(Route route, string host, ClusterCache cache) =>
        cache.Selected.Find(route.Ingress)?.Hosts.GetValueOrDefault(host)?.Paths
            .FirstOrDefault(path => path.Match == route.Match && path.Path == route.Path).Field ?? "";

    // Ready unless said otherwise, as the API documents it.
    private static int Unready(BackendKey backend, ClusterCache cache) =>
        cache.Services.Slices(new ObjectKey(backend.Namespace, backend.Service))
            .Sum(slice => slice.Endpoints?.Count(endpoint => endpoint?.Conditions?.Ready == false) ?? 0);

    // As the handshake does it: a host whose Secret is missing or bad takes part as if it named none.
    private static ExplainedCertificate Certificate(IReadOnlyList<string> hosts, ClusterCache cache, ClusterTranslation translation)
    {
        foreach (var host in hosts)
            if (translation.Hosts.GetValueOrDefault(host)?.CertificateSecret is { } secret
                && translation.Certificates.GetValueOrDefault(secret)?.Certificate is { } certificate)
                return new ExplainedCertificate(secret, certificate, IsDefault: false);
        return cache.Settings.DefaultCertificate is { } key && translation.Certificates.GetValueOrDefault(key)?.Certificate is { } byDefault
            ? new ExplainedCertificate(key, byDefault, IsDefault: true)
            : new ExplainedCertificate(null, null, IsDefault: true);
    }

    private static List<Problem> Problems(
        ExplainedRoute? route, IEnumerable<Losers.Loser> losers, ExplainedCertificate certificate, ClusterTranslation translation)
    {
        var objects = new List<ProblemObject>();
        if (route?.Route is { } won)
            objects.Add(new ProblemObject("Ingress", won.Ingress));
        if (route is not null)
            objects.Add(new ProblemObject("Service", new ObjectKey(route.Backend.Namespace, route.Backend.Service)));
        if (certificate.Secret is { } secret)
            objects.Add(new ProblemObject("Secret", secret));
        objects.AddRange(losers.Select(loser => new ProblemObject("Ingress", loser.Text.Ingress)));
        return [.. objects.Distinct().SelectMany(about => translation.Problems.Of(about))];
    }
}
