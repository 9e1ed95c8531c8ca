using System.Collections.Immutable;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress;

/// <summary>Gives the routes of a host their canaries.</summary>
/// <param name="host">The host that the rules name.</param>
/// <param name="canaries">The canaries that name it, in precedence order.</param>
/// <param name="problems">Takes what has no effect.</param>
internal sealed class CanaryMerge(string host, IReadOnlyList<ParsedIngress> canaries, HostProblems problems)
{
    // As Ingresses write them: a route's own may have become an expression.
    private readonly Dictionary<(PathMatch, string), int> _routes = [];

    /// <summary>A path became the route of this index.</summary>
    public void Add(PathRule path, int route) => _routes.TryAdd((path.Match, path.Path), route);

    /// <summary>Gives each path that a canary names to the route that serves it.</summary>
    /// <param name="routes">The host's routes, changed in place.</param>
    /// <param name="fallback">What serves the rest; null when nothing does.</param>
    /// <returns><paramref name="fallback"/> with its canary.</returns>
    public Route? Apply(ImmutableArray<Route>.Builder routes, Route? fallback)
    {
        foreach (var canary in canaries)
        {
            if (canary.Hosts.TryGetValue(host, out var rules))
                foreach (var path in rules.Paths)
                {
                    if (!_routes.TryGetValue((path.Match, path.Path), out var at))
                        problems.CanaryWithoutRoute(canary.Key, path);
                    else
                        routes[at] = Merge(routes[at], canary, path.Backend, path.Field);
                }
            if (host.Length > 0 || canary is not { DefaultBackend: { } backend, HasRules: false })
                continue;
            if (fallback is null)
                problems.CanaryWithoutDefault(canary.Key);
            else
                fallback = Merge(fallback, canary, backend, "spec.defaultBackend");
        }
        return fallback;
    }

    private Route Merge(Route route, ParsedIngress canary, BackendKey backend, string field)
    {
        if (route.Canary is { } former)
            problems.SecondCanary(canary.Key, field, former.Ingress);
        else if ((backend.Namespace, backend.Service, backend.Port) == (route.Backend.Namespace, route.Backend.Service, route.Backend.Port))
            problems.CanaryOfItself(canary.Key, field, route.Ingress);
        else if (!backend.IsNone && canary.Policies.Canary is { } policy)
            return route with
            {
                Canary = new CanaryRoute
                {
                    Ingress = canary.Key,
                    Backend = backend with { Policy = PolicyOf(route, canary) },
                    Policy = policy,
                    Affinity = policy.IgnoresAffinity ? canary.Policies.Affinity : route.Policies.Affinity,
                },
            };
        return route;
    }

    /// <summary>The canary's pods are talked to as the route's own are, and chosen as the canary says.</summary>
    private static BackendPolicy? PolicyOf(Route route, ParsedIngress canary)
    {
        var policy = (route.Backend.Policy ?? BackendPolicy.None) with { Balancing = canary.Policies.Backend?.Balancing };
        return policy == BackendPolicy.None ? null : policy;
    }
}
