using System.Collections.Immutable;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress;

/// <summary>
/// Protections of whole hosts that can't be given: as long as one Ingress asks for such a one, no Ingress's route of the host
/// answers, since in ingress-nginx the first to ask protects them all.
/// </summary>
internal static class ClosedHosts
{
    /// <summary>Why the host is closed; null when it is not.</summary>
    public static string? Why(string host, IReadOnlyList<ParsedIngress> ingresses)
    {
        foreach (var ingress in ingresses)
            if (ingress.Policies.DeniedHosts is { } why && ingress.Hosts.TryGetValue(host, out var rules) && rules.HasRule)
                return why;
        return null;
    }

    /// <summary>Closes the routes; those of one Ingress keep sharing one object of policies.</summary>
    public static void Close(string why, ImmutableArray<Route>.Builder routes)
    {
        var closed = new Dictionary<RoutePolicies, RoutePolicies>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < routes.Count; i++)
            routes[i] = Close(why, routes[i], closed);
    }

    /// <summary>Closes one route.</summary>
    public static Route Close(string why, Route route, Dictionary<RoutePolicies, RoutePolicies>? closed = null)
    {
        if (route.Policies.Denied is not null)
            return route;
        if (closed?.TryGetValue(route.Policies, out var policies) is not true)
        {
            policies = route.Policies with { Denied = why };
            closed?.Add(route.Policies, policies);
        }
        return route with { Policies = policies! };
    }
}
