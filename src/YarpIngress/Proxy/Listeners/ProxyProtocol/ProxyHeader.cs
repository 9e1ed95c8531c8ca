using System.Net;

namespace YarpIngress.Proxy.Listeners.ProxyProtocol;

/// <summary>
/// What begins a connection by the PROXY protocol, version 1 or 2 (haproxy's <c>proxy-protocol.txt</c>).
/// </summary>
/// <param name="Source">The client; null when the header names none: a health check of the proxy's own, or what it does not know.</param>
/// <param name="DestinationPort">The port that the client connected to; 0 without <paramref name="Source"/>.</param>
internal readonly record struct ProxyHeader(IPEndPoint? Source, int DestinationPort)
{
    /// <summary>No header is taken to be longer: enough for the addresses and for what load balancers add.</summary>
    public const int MaximumLength = 4096;

    /// <summary>Reads a header at the beginning of <paramref name="bytes"/>.</summary>
    /// <returns>How long it is; 0 while it is not whole; -1 for what is no header, or one that is not allowed.</returns>
    public static int Read(ReadOnlySpan<byte> bytes, out ProxyHeader header)
    {
        header = default;
        if (bytes.IsEmpty)
            return 0;
        return bytes[0] == ProxyHeaderV2.Signature[0] ? ProxyHeaderV2.Read(bytes, out header) : ProxyHeaderV1.Read(bytes, out header);
    }
}
