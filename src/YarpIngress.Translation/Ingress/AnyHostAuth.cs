using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress;

/// <summary>
/// Closes what is served under any host and asks the host that the client asked for who may: the client would choose its own
/// judge.
/// </summary>
internal static class AnyHostAuth
{
    private const string Reason = "auth-url";

    /// <summary>The host with such routes closed.</summary>
    public static VirtualHost? Close(VirtualHost? host, HostProblems problems)
    {
        // A name that begins with a tilde is an expression, which may match more than its author thought of.
        if (host is null || (host.Host.Length > 0 && host.Host[0] != '~')
            || (!host.Routes.Any(Concerns) && (host.Default is null || !Concerns(host.Default))))
            return host;
        return host with
        {
            Routes = host.Routes.Select(route => Close(route, problems)).ToEquatableArray(),
            Default = host.Default is { } fallback ? Close(fallback, problems) : null,
        };
    }

    private static Route Close(Route route, HostProblems problems)
    {
        if (!Concerns(route))
            return route;
        problems.AuthOfAnyHost(route.Ingress);
        return ClosedHosts.Close(Reason, route);
    }

    private static bool Concerns(Route route) =>
        route.Policies.ExternalAuth is { Url.IsClientsHost: true } && !route.Policies.Access.IsOpen(route);
}
