using System.Net;
using YarpIngress.Kubernetes;

namespace YarpIngress.Pipeline.ExternalAuth;

/// <summary>
/// Addresses of host names. <c>NAME.NAMESPACE.svc</c>, with the cluster's domain behind it or without, is what the cluster's DNS would
/// say of a Service with an address of its own, known here without asking; everything else, and Services that are not watched, is
/// asked of the system's resolver.
/// </summary>
internal sealed class ClusterNames
{
    /// <summary>The address of a Service; null when it is not known or has none. Any thread asks.</summary>
    public Func<ObjectKey, string?> ServiceAddress { get; set; } = _ => null;

    /// <summary>Asks for the addresses of any other name.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolver { get; set; } = Dns.GetHostAddressesAsync;

    /// <summary>The Service that a name means; null for other names.</summary>
    public static ObjectKey? ServiceOf(string host) =>
        host.TrimEnd('.').Split('.') is [var name, var space, var svc, ..] && svc.Equals("svc", StringComparison.OrdinalIgnoreCase)
            ? new ObjectKey(space.ToLowerInvariant(), name.ToLowerInvariant())
            : null;

    /// <summary>The addresses of a host.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">It has none.</exception>
    public async Task<IPAddress[]> ResolveAsync(string host, CancellationToken ct)
    {
        if (IPAddress.TryParse(host, out var literal))
            return [literal];
        if (ServiceOf(host) is { } service && ServiceAddress(service) is { } known && IPAddress.TryParse(known, out var address))
            return [address];
        return await Resolver(host, ct);
    }
}
