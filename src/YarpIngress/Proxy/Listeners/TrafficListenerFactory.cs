using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using YarpIngress.Proxy.Listeners.ProxyProtocol;

namespace YarpIngress.Proxy.Listeners;

/// <summary>Opens the sockets of <see cref="TrafficEndPoint"/>s with Kestrel's own transport, and others as it would.</summary>
internal sealed class TrafficListenerFactory(
    IOptions<SocketTransportOptions> options,
    ILoggerFactory log,
    IMemoryPoolFactory<byte> memory,
    ConnectionRoom room,
    TrafficPorts ports,
    ListenerLimits limits,
    ProxyConnections proxies) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly SocketTransportFactory _sockets = new(options, log);

    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => endpoint is TrafficEndPoint || _sockets.CanBind(endpoint);

    /// <inheritdoc/>
    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        switch (endpoint)
        {
            case TlsEndPoint tls:
                var listener = Bind(tls);
                if (ports.Https == 0)
                    ports.Https = PortOf(listener);
                return new TlsListener(listener, listener.Loop);

            case CleartextEndPoint half:
                if (half.Shared.Listener is not { } shared)
                {
                    var sockets = Bind(half);
                    shared = half.Shared.Listener = new CleartextListener(
                        sockets, sockets.Loop, () => limits.FirstByteTimeout, proxies, log.CreateLogger<CleartextListener>());
                    if (ports.Http == 0)
                        ports.Http = PortOf(sockets);
                }
                return half.Http2 ? shared.Http2 : shared.Http1;

            default:
                return await _sockets.BindAsync(endpoint, cancellationToken);
        }
    }

    private SocketListener Bind(TrafficEndPoint endpoint)
    {
        // A dual-mode socket takes both; a machine without IPv6 has only the other.
        var address = endpoint.Address.Equals(IPAddress.IPv6Any) && !Socket.OSSupportsIPv6 ? IPAddress.Any : endpoint.Address;
        try
        {
            var listener = SocketListener.Bind(new IPEndPoint(address, endpoint.Port), options.Value, memory, room, limits, log);
            ports.Loops.Add(listener.Loop);
            return listener;
        }
        catch (SocketException e)
        {
            throw new PortRefusedException(
                $"--{(endpoint is TlsEndPoint ? "https" : "http")}-port={endpoint.Port}", $"--bind-address={address}", e);
        }
    }

    private static int PortOf(SocketListener listener) => ((IPEndPoint)listener.EndPoint).Port;
}
