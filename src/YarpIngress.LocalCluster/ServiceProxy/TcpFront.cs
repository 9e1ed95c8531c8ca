using System.Net;
using System.Net.Sockets;

namespace YarpIngress.LocalCluster.ServiceProxy;

/// <summary>A front that is open for TCP.</summary>
internal sealed class TcpFront : IOpenFront
{
    private readonly EndpointRing _ring;
    private readonly AcceptLoop _loop;
    private readonly IPAddress _node;
    private readonly CancellationToken _stopped;
    private volatile Front _front;

    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public TcpFront(Front front, IPAddress node, TimeProvider time, CancellationToken stopped)
    {
        _front = front;
        _node = node;
        _stopped = stopped;
        _ring = new EndpointRing(time);
        _loop = AcceptLoop.Start(front.Address, client => _ = ServeAsync(client));
    }

    public Front Front
    {
        get => _front;
        set => _front = value;
    }

    /// <summary>No new connections; open ones go on, as with kube-proxy.</summary>
    public void Dispose() => _loop.Dispose();

    private async Task ServeAsync(Socket client)
    {
        using (client)
        {
            try
            {
                client.NoDelay = true;
                var front = _front;
                var address = (client.RemoteEndPoint as IPEndPoint)?.Address ?? _node;
                using var endpoint = await TcpRelay.ConnectAsync(
                    _ring.Order(front, address), front.KeepsClientAddress ? address : _node, _stopped);
                if (endpoint is null)
                {
                    TcpRelay.Reset(client);
                    return;
                }

                _ring.Remember(front, address, (IPEndPoint)endpoint.RemoteEndPoint!);
                await TcpRelay.RunAsync(client, endpoint, _stopped);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The client left before it was connected, or the cluster stops.
                TcpRelay.Reset(client);
            }
        }
    }
}
