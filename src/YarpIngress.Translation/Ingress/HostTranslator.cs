using System.Collections.Immutable;
using YarpIngress.Kubernetes;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress;

/// <summary>Makes one virtual host of all that the Ingresses say about one host.</summary>
public static class HostTranslator
{
    /// <summary>Translates <paramref name="host"/>.</summary>
    /// <param name="host">The host, as in <see cref="VirtualHost.Host"/>.</param>
    /// <param name="ingresses">The Ingresses that name it, in the order of <see cref="ParsedIngress.Precedence"/>.</param>
    /// <param name="catchAll">
    /// For the empty host the Ingresses whose default backend may serve unknown hosts: those without rules first, each
    /// group in precedence order. Empty for other hosts, whose default comes from <paramref name="ingresses"/>.
    /// </param>
    /// <param name="subjectNames">The names that the certificates of an Ingress cover.</param>
    /// <param name="policies">The policies of an Ingress, with what the objects say that its annotations name.</param>
    public static HostTranslation Translate(
        string host,
        IReadOnlyList<ParsedIngress> ingresses,
        IReadOnlyList<ParsedIngress> catchAll,
        Func<ParsedIngress, SubjectNames> subjectNames,
        Func<ParsedIngress, RoutePolicies> policies)
    {
        var problems = new HostProblems(host);
        var most = ingresses.Sum(i => i.Hosts.TryGetValue(host, out var rules) ? rules.Paths.Count : 0);
        var taken = new Dictionary<(PathMatch, string), PathRule>(most);
        var routes = ImmutableArray.CreateBuilder<Route>(most);
        var hasRule = false;
        foreach (var ingress in ingresses)
        {
            if (!ingress.Hosts.TryGetValue(host, out var rules))
                continue;
            hasRule |= rules.HasRule;
            var own = policies(ingress);
            foreach (var path in rules.Paths)
            {
                if (taken.TryAdd(Key(path.Route), path))
                    routes.Add(ReferenceEquals(own, path.Route.Policies) ? path.Route : path.Route with { Policies = own });
                else
                    problems.DuplicatePath(ingress.Key, path, taken[Key(path.Route)]);
            }
        }

        var fallback = Default(host.Length == 0 ? catchAll : ingresses, host, policies, problems);
        if (ClosedHosts.Why(host, ingresses) is { } why)
        {
            ClosedHosts.Close(why, routes);
            fallback = fallback is null ? null : ClosedHosts.Close(why, fallback);
        }
        var certificate = Certificate(host, ingresses, subjectNames, problems);
        return new HostTranslation
        {
            Host = host,
            VirtualHost = !hasRule && (fallback is null || host.Length > 0)
                ? null
                : new VirtualHost { Host = host, Routes = new(routes.DrainToImmutable()), Default = fallback },
            CertificateSecret = certificate,
            Problems = problems.Finish(),
        };
    }

    /// <summary>What two routes must not share. At the root both kinds of prefix match everything: they are the same path.</summary>
    private static (PathMatch Match, string Path) Key(Route route) =>
        route is { Match: PathMatch.StringPrefix, Path: "/" } ? (PathMatch.Prefix, "/") : (route.Match, route.Path);

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

    private static ObjectKey? Certificate(
        string host, IReadOnlyList<ParsedIngress> ingresses, Func<ParsedIngress, SubjectNames> subjectNames, HostProblems problems)
    {
        // Requests without a known host get the default certificate, as in ingress-nginx.
        if (host.Length == 0)
            return null;
        ObjectKey? chosen = null;
        ParsedIngress? winner = null;
        foreach (var ingress in ingresses)
        {
            if (!ingress.Hosts.TryGetValue(host, out var rules) || (rules.Tls is null && ingress.Secrets.Count == 0))
                continue;
            var secret = rules.Tls is { } listing ? listing.Secret : subjectNames(ingress).Find(host);
            if (winner is null && (rules.Tls is not null || secret is not null))
            {
                chosen = secret;
                winner = ingress;
            }
            else if (winner is not null && rules.Tls is { Exact: true, Secret: { } lost } && lost != chosen)
                problems.DuplicateCertificate(ingress.Key, rules.Tls.Value.Entry, lost, winner.Key);
        }

        return chosen;
    }
}
