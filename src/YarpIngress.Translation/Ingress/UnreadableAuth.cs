using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress;

/// <summary>
/// Closes what would ask the global authentication service when its keys in the ConfigMap can't be read. Paths of
/// <c>no-auth-locations</c> ask nobody and are served all the same: a wrong key must not keep certificates from being renewed.
/// </summary>
public static class UnreadableAuth
{
    /// <summary>The host with such routes closed.</summary>
    public static VirtualHost? Close(VirtualHost? host)
    {
        if (host is null || (!host.Routes.Any(Concerns) && (host.Default is null || !Concerns(host.Default))))
            return host;
        var closed = new Dictionary<RoutePolicies, RoutePolicies>(ReferenceEqualityComparer.Instance);
        return host with
        {
            Routes = host.Routes.Select(route => Close(route, closed)).ToEquatableArray(),
            Default = host.Default is { } fallback ? Close(fallback, closed) : null,
        };
    }

    /// <summary>The policies of what no Ingress asks for, closed if they are to be.</summary>
    public static RoutePolicies Close(RoutePolicies policies) =>
        policies is { ExternalAuth.Closed: { } why, Denied: null } ? policies with { Denied = why } : policies;

    private static Route Close(Route route, Dictionary<RoutePolicies, RoutePolicies> closed) =>
        Concerns(route) ? ClosedHosts.Close(route.Policies.ExternalAuth!.Closed!, route, closed) : route;

    private static bool Concerns(Route route) =>
        route.Policies.ExternalAuth is { Closed: not null } && !route.Policies.Access.IsOpen(route);
}
