using System.Collections.Immutable;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Variables;

namespace YarpIngress.Translation.Ingress;

/// <summary>
/// <c>app-root</c>: a route of its own for exactly <c>/</c>, in the place of any other, whose only answer is the redirect. As in
/// ingress-nginx it is the whole host's, whichever Ingress asks for it.
/// </summary>
internal static class AppRoots
{
    // ingress-nginx: return 302 $scheme://$http_host<app-root>.
    private const int Status = 302;

    /// <summary>Adds the route to those of a host; of several Ingresses the oldest counts.</summary>
    public static void Add(string host, IReadOnlyList<ParsedIngress> ingresses, ImmutableArray<Route>.Builder routes, HostProblems problems)
    {
        Route? added = null;
        var target = "";
        foreach (var ingress in ingresses)
        {
            if (ingress.HostPolicy?.AppRoot is not { } root || !ingress.Hosts.TryGetValue(host, out var rules) || !rules.HasRule)
                continue;
            if (added is null)
                (added, target) = (Route(ingress, root), root);
            else if (root != target)
                problems.OtherAppRoot(ingress.Key, root, added.Ingress);
        }
        if (added is null)
            return;
        for (var i = routes.Count - 1; i >= 0; i--)
        {
            if (routes[i] is { Match: PathMatch.Exact, Path: "/" })
                routes.RemoveAt(i);
        }
        routes.Add(added);
    }

    private static Route Route(ParsedIngress ingress, string root) => new()
    {
        Match = PathMatch.Exact,
        Path = "/",
        Ingress = ingress.Key,
        Backend = BackendKey.None(ingress.Key.Namespace),
        Policies = new RoutePolicies
        {
            AccessLog = ingress.Policies.AccessLog,
            Tracing = ingress.Policies.Tracing,
            Denied = ingress.Policies.Denied,
            Redirect = new RedirectPolicy { Location = VariableText.Parse($"$scheme://$best_http_host{root}"), Status = Status },
        },
    };
}
