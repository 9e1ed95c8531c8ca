using System.Collections.Immutable;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress;

/// <summary>The routes of one host's rules, whatever name they are served under.</summary>
internal static class HostRoutes
{
    /// <summary>
    /// Makes the virtual host <paramref name="name"/> of the rules for <paramref name="host"/>; null when there are none.
    /// </summary>
    /// <param name="name">The name that is served: the host, or an alias of it.</param>
    /// <param name="host">The host that the rules name.</param>
    /// <param name="ingresses">Its Ingresses, in precedence order.</param>
    /// <param name="catchAll">For the empty host the Ingresses whose default backend may serve unknown hosts.</param>
    /// <param name="policies">The policies of an Ingress, with what the objects say that its annotations name.</param>
    /// <param name="hasCertificate">Whether the name has a certificate.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static VirtualHost? Of(
        string name, string host, IReadOnlyList<ParsedIngress> ingresses, IReadOnlyList<ParsedIngress> catchAll,
        Func<ParsedIngress, RoutePolicies> policies, bool hasCertificate, HostProblems problems)
    {
        CanaryMerge? canaries = null;
        if (ingresses.Any(ingress => ingress.IsCanary) || catchAll.Any(ingress => ingress.IsCanary))
        {
            canaries = new CanaryMerge(host, [.. ingresses.Concat(catchAll).Where(ingress => ingress.IsCanary)], problems);
            (ingresses, catchAll) = ([.. ingresses.Where(ingress => !ingress.IsCanary)], [.. catchAll.Where(ingress => !ingress.IsCanary)]);
        }
        var (routes, hasRule) = Paths(host, ingresses, policies, canaries, problems);
        var fallback = Default(host.Length == 0 ? catchAll : ingresses, host, policies, problems);
        if (!hasRule && (fallback is null || host.Length > 0))
        {
            canaries?.Apply(routes, null);
            return null;
        }
        if (fallback is not null)
            fallback = HttpsRedirects.Mark(RegexHosts.Rewritten(fallback, null, problems), hasCertificate);
        HttpsRedirects.Mark(routes, hasCertificate);
        fallback = canaries is null ? fallback : canaries.Apply(routes, fallback);
        AppRoots.Add(host, ingresses, routes, problems);
        SlashRedirects.Add(routes);
        if (ClosedHosts.Why(host, ingresses) is { } why)
        {
            ClosedHosts.Close(why, routes);
            fallback = fallback is null ? null : ClosedHosts.Close(why, fallback);
        }
        var clients = HostClientCertificates.Of(host, ingresses, policies, fallback, problems);
        return new VirtualHost
        {
            Host = name,
            AliasOf = name == host ? null : host,
            Routes = new(routes.ToImmutable()),
            Default = fallback,
            ClientCertificates = clients,
            Ciphers = Ciphers(host, ingresses),
            Passthrough = HostPassthrough.Of(host, ingresses, routes, fallback, clients, problems),
        };
    }

    /// <summary>The routes of the rules' paths, first come first served; and whether there is a rule at all.</summary>
    private static (ImmutableArray<Route>.Builder Routes, bool HasRule) Paths(
        string host, IReadOnlyList<ParsedIngress> ingresses, Func<ParsedIngress, RoutePolicies> policies, CanaryMerge? canaries,
        HostProblems problems)
    {
        var most = ingresses.Sum(i => i.Hosts.TryGetValue(host, out var rules) ? rules.Paths.Count : 0);
        var taken = new Dictionary<(PathMatch, string, RouteConditions?), PathRule>(most);
        var routes = ImmutableArray.CreateBuilder<Route>(most);
        var hasRule = false;
        var isRegex = RegexHosts.IsRegex(host, ingresses);
        foreach (var ingress in ingresses)
        {
            if (!ingress.Hosts.TryGetValue(host, out var rules))
                continue;
            hasRule |= rules.HasRule;
            var own = policies(ingress);
            if (isRegex && own.Affinity is { CookiePath: null })
                problems.CookiePathOfPattern(ingress.Key);
            foreach (var path in rules.Paths)
            {
                var made = ReferenceEquals(own, path.Route.Policies) ? path.Route : path.Route with { Policies = own };
                if ((isRegex ? RegexHosts.Route(made, path, problems) : RegexHosts.Rewritten(made, path, problems)) is not { } route)
                    continue;
                if (taken.TryAdd(Key(route), path))
                {
                    canaries?.Add(path, routes.Count);
                    routes.Add(route);
                }
                else
                    problems.DuplicatePath(ingress.Key, path, taken[Key(route)]);
            }
        }
        return (routes, hasRule);
    }

    private static string? Ciphers(string host, IReadOnlyList<ParsedIngress> ingresses)
    {
        foreach (var ingress in ingresses)
        {
            if (ingress.HostPolicy is { Ciphers: { } ciphers } && ingress.Hosts.TryGetValue(host, out var rules) && rules.HasRule)
                return ciphers;
        }
        return null;
    }

    /// <summary>What two routes must not share. At the root both kinds of prefix match everything: they are the same path.</summary>
    private static (PathMatch Match, string Path, RouteConditions? Conditions) Key(Route route) =>
        route is { Match: PathMatch.StringPrefix, Path: "/" }
            ? (PathMatch.Prefix, "/", route.Policies.Conditions)
            : (route.Match, route.Path, route.Policies.Conditions);

    private static Route? Default(
        IReadOnlyList<ParsedIngress> candidates, string host, Func<ParsedIngress, RoutePolicies> policies, HostProblems problems)
    {
        Route? chosen = null;
        foreach (var ingress in candidates)
        {
            if (ingress.DefaultBackend is not { } backend || (host.Length > 0 && !ingress.Hosts[host].HasRule))
                continue;
            if (chosen is null)
                chosen = new Route
                {
                    Match = PathMatch.Prefix,
                    Path = "/",
                    Ingress = ingress.Key,
                    Backend = backend,
                    Policies = policies(ingress),
                };
            else if (backend != chosen.Backend && (host.Length > 0 || !ingress.HasRules))
                problems.DuplicateDefault(ingress.Key, chosen.Ingress, isCatchAll: host.Length == 0);
        }

        return chosen;
    }
}
