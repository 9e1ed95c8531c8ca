using System.Net;

namespace YarpIngress.Proxy.Listeners.ProxyProtocol;

/// <summary>
/// A feature of a connection that a trusted proxy passed on by the PROXY protocol; the connection's remote address is that of the
/// proxy's client.
/// </summary>
/// <param name="Proxy">The proxy.</param>
/// <param name="DestinationPort">The port that the client connected to.</param>
internal sealed record ProxiedConnection(IPAddress Proxy, int DestinationPort);
