using System.Net;

namespace YarpIngress.Observability.Admin;

/// <summary>
/// Who may read more than health and metrics. A connection within the pod always may, since that is what
/// <c>kubectl port-forward</c> and <c>kubectl exec</c> make; others see the names of everything in the cluster, so they
/// have to be let in.
/// </summary>
internal static class AdminAccess
{
    /// <summary>Whether the connection stays within the machine.</summary>
    public static bool IsLocal(HttpContext context) =>
        context.Connection is { LocalIpAddress: { } local, RemoteIpAddress: { } remote } && IsLoopback(local) && IsLoopback(remote);

    private static bool IsLoopback(IPAddress address) =>
        IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
}
