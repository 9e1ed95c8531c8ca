using System.Net;
using YarpIngress.Options;

namespace YarpIngress.Observability.Admin;

/// <summary>
/// Who may read more than health and metrics. A connection within the pod always may, since that is what
/// <c>kubectl port-forward</c> and <c>kubectl exec</c> make; others see the names of everything in the cluster, so they
/// have to be let in by <c>--enable-dashboard</c>. There is no login: beyond the pod something in front has to ask for one.
/// </summary>
internal sealed class AdminAccess(ControllerOptions options)
{
    /// <summary>Why a request is refused; null when it may be answered.</summary>
    public AdminRefusal? Check(HttpContext context) =>
        !options.EnableDashboard && !IsLocal(context.Connection) ? AdminRefusal.NotLocal
        : IsKnown(context.Request.Host) ? null : AdminRefusal.ForeignHost;

    private static bool IsLocal(ConnectionInfo connection) =>
        connection is { LocalIpAddress: { } local, RemoteIpAddress: { } remote } && IsLoopback(local) && IsLoopback(remote);

    private static bool IsLoopback(IPAddress address) =>
        IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);

    /// <summary>
    /// A page from elsewhere can point a name of its own at this port and read the answers as its own (DNS rebinding). The
    /// browser then sends that name. An address can't be pointed elsewhere; names have to be known.
    /// </summary>
    private bool IsKnown(HostString host)
    {
        var name = host.Host.Trim('[', ']').TrimEnd('.');
        return IPAddress.TryParse(name, out _)
            || name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || options.DashboardHosts.Contains(name, StringComparer.OrdinalIgnoreCase);
    }
}

/// <summary>Why the dashboard is not shown, and what to do about it.</summary>
/// <param name="Status">Status of the answer.</param>
/// <param name="Text">For people.</param>
internal sealed record AdminRefusal(int Status, string Text)
{
    public static readonly AdminRefusal NotLocal = new(
        StatusCodes.Status403Forbidden,
        "The dashboard and explanations are only for connections within the pod: kubectl port-forward or kubectl exec makes such "
        + "a one. --enable-dashboard opens them to everybody who reaches this port.\n");

    public static readonly AdminRefusal ForeignHost = new(
        StatusCodes.Status403Forbidden,
        "The dashboard answers under an IP address, under localhost and under the names in --dashboard-hosts; the Host header "
        + "of this request is none of them.\n");
}
