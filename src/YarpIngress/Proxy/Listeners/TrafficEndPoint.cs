using System.Net;

namespace YarpIngress.Proxy.Listeners;

/// <summary>An address that Kestrel is told to listen on; <see cref="TrafficListenerFactory"/> does it.</summary>
internal abstract class TrafficEndPoint(IPAddress address, int port) : EndPoint
{
    /// <summary>The address; <see cref="IPAddress.IPv6Any"/> means all, IPv4 and IPv6.</summary>
    public IPAddress Address { get; } = address;

    /// <summary>The port; 0 picks one.</summary>
    public int Port { get; } = port;

    /// <summary><c>address:port</c>.</summary>
    public override string ToString() => new IPEndPoint(Address, Port).ToString();
}

/// <summary>A port for TLS.</summary>
internal sealed class TlsEndPoint(IPAddress address, int port) : TrafficEndPoint(address, port);

/// <summary>
/// One protocol's half of a port in clear. Without TLS there is no ALPN, and a Kestrel endpoint speaks one protocol;
/// so two endpoints share the socket, and the first bytes of a connection say whose it is.
/// </summary>
internal sealed class CleartextEndPoint(CleartextPort port, bool http2) : TrafficEndPoint(port.Address, port.Port)
{
    /// <summary>The port that both halves share.</summary>
    public CleartextPort Shared { get; } = port;

    /// <summary>Whether this half is the one for HTTP/2 with prior knowledge.</summary>
    public bool Http2 { get; } = http2;

    /// <inheritdoc/>
    public override string ToString() => $"{base.ToString()} ({(Http2 ? "h2c" : "HTTP/1.1")})";
}

/// <summary>A port in clear; see <see cref="CleartextEndPoint"/>.</summary>
internal sealed class CleartextPort(IPAddress address, int port)
{
    public IPAddress Address { get; } = address;

    public int Port { get; } = port;

    /// <summary>The listener, once the first half was bound.</summary>
    public CleartextListener? Listener { get; set; }
}
