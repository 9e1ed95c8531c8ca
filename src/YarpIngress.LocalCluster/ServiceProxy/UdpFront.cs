using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace YarpIngress.LocalCluster.ServiceProxy;

/// <summary>A front that is open for UDP: a client's datagrams go to one endpoint until it has been silent for a while.</summary>
internal sealed class UdpFront : IOpenFront
{
    private const int MaxFlows = 4096;
    private const int MaxDatagram = 65_535;
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);
    private readonly EndpointRing _ring;
    private readonly Socket _socket;
    private readonly IPAddress _node;
    private readonly CancellationTokenSource _stop;
    private readonly ConcurrentDictionary<IPEndPoint, Socket> _flows = new();
    private volatile Front _front;

    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public UdpFront(Front front, IPAddress node, TimeProvider time, CancellationToken stopped)
    {
        _front = front;
        _node = node;
        _ring = new EndpointRing(time);
        _socket = new Socket(front.Address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            _socket.Bind(front.Address);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        _stop = CancellationTokenSource.CreateLinkedTokenSource(stopped);
        _ = ReceiveAsync(_stop.Token);
    }

    public Front Front
    {
        get => _front;
        set => _front = value;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _socket.Dispose();
    }

    private async Task ReceiveAsync(CancellationToken cancel)
    {
        var buffer = new byte[MaxDatagram];
        var anyone = new IPEndPoint(_socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                var received = await _socket.ReceiveFromAsync(buffer, anyone, cancel);
                var client = (IPEndPoint)received.RemoteEndPoint;
                if (FlowOf(client, cancel) is { } flow)
                    await flow.SendAsync(buffer.AsMemory(0, received.ReceivedBytes), cancel);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // A datagram that can't be delivered is lost, as UDP's are.
            }
        }
    }

    private Socket? FlowOf(IPEndPoint client, CancellationToken cancel)
    {
        if (_flows.TryGetValue(client, out var known))
            return known;
        if (_flows.Count >= MaxFlows)
            return null;
        var front = _front;
        var endpoint = _ring.Order(front, client.Address)[0];
        var flow = new Socket(endpoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        if (IPAddress.IsLoopback(endpoint.Address) && endpoint.AddressFamily == AddressFamily.InterNetwork)
            flow.Bind(new IPEndPoint(front.KeepsClientAddress ? client.Address : _node, 0));
        flow.Connect(endpoint);
        _ring.Remember(front, client.Address, endpoint);
        _flows[client] = flow;
        _ = AnswerAsync(client, flow, cancel);
        return flow;
    }

    private async Task AnswerAsync(IPEndPoint client, Socket flow, CancellationToken cancel)
    {
        var buffer = new byte[MaxDatagram];
        try
        {
            while (true)
            {
                using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                silence.CancelAfter(Silence);
                var length = await flow.ReceiveAsync(buffer, silence.Token);
                await _socket.SendToAsync(buffer.AsMemory(0, length), client, cancel);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Silent for long enough, refused by the endpoint, or closed: the next datagram starts a new flow.
        }
        finally
        {
            _flows.TryRemove(client, out _);
            flow.Dispose();
        }
    }
}
