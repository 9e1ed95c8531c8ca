using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace YarpIngress.LocalCluster.Pods;

/// <summary>A running pod: an address, the ports that it listens on and its open connections.</summary>
internal sealed class EchoPod : IAsyncDisposable
{
    private readonly PodTransport _transport;
    private readonly SocketConnectionContextFactory _connections;
    private readonly Lock _lock = new();
    private readonly Dictionary<(int Port, bool Udp), IDisposable> _listeners = [];
    private readonly ConcurrentDictionary<int, bool> _speaksTls = new();
    private readonly ConcurrentDictionary<ConnectionContext, byte> _open = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _stopped = new();
    private readonly CancellationToken _cut;

    public EchoPod(PodIdentity identity, IPAddress address, PodTransport transport, SocketConnectionContextFactory connections)
    {
        Identity = identity;
        Address = address;
        // Kept: a connection may come at the very end, when there is no source to ask any more.
        (Stopping, _cut) = (_stopping.Token, _stopped.Token);
        _transport = transport;
        _connections = connections;
    }

    public PodIdentity Identity { get; }

    public IPAddress Address { get; }

    /// <summary>Says which Service a request on a port came for; empty when none.</summary>
    public Func<int, string> ServiceOf { get; set; } = _ => "";

    /// <summary>Set when the pod is told to end: long-lived streams then say goodbye.</summary>
    public CancellationToken Stopping { get; }

    public int OpenConnections => _open.Count;

    /// <summary>Listens on a port; on one that it listens on already, connections from now on speak TLS or not.</summary>
    /// <exception cref="SocketException">The port cannot be bound.</exception>
    public void Listen(int port, bool tls)
    {
        lock (_lock)
        {
            _speaksTls[port] = tls;
            if (!_stopping.IsCancellationRequested && !_listeners.ContainsKey((port, false)))
                _listeners[(port, false)] = AcceptLoop.Start(new IPEndPoint(Address, port), socket => Accept(socket, _speaksTls[port]));
        }
    }

    /// <summary>Sends back every datagram that comes to a port; does nothing when it already does.</summary>
    /// <exception cref="SocketException">The port cannot be bound.</exception>
    public void ListenUdp(int port)
    {
        lock (_lock)
        {
            if (!_stopping.IsCancellationRequested && !_listeners.ContainsKey((port, true)))
                _listeners[(port, true)] = DatagramEcho.Start(new IPEndPoint(Address, port));
        }
    }

    /// <summary>
    /// Ends as a well-behaved server does: takes no more connections, finishes what it has begun for at most
    /// <paramref name="patience"/>, then cuts what is left.
    /// </summary>
    public async Task StopAsync(TimeSpan patience)
    {
        await _stopping.CancelAsync();
        lock (_lock)
        {
            foreach (var listener in _listeners.Values)
                listener.Dispose();
            _listeners.Clear();
        }

        foreach (var connection in _open.Keys)
        {
            if (connection.Features.Get<IConnectionLifetimeNotificationFeature>() is { } lifetime)
                lifetime.RequestClose();
            else
                connection.Abort();
        }

        var deadline = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (!_open.IsEmpty && Environment.TickCount64 < deadline)
            await Task.Delay(20, CancellationToken.None);
        await _stopped.CancelAsync();
        foreach (var connection in _open.Keys)
            connection.Abort();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero);
        _stopping.Dispose();
        _stopped.Dispose();
    }

    private void Accept(Socket socket, bool tls)
    {
        socket.NoDelay = true;
        var connection = _connections.Create(socket);
        connection.Features.Set(this);
        _open[connection] = 0;
        connection.ConnectionClosed.Register(() => _open.TryRemove(connection, out _));
        _ = ServeAsync(connection, tls);
    }

    private async Task ServeAsync(ConnectionContext connection, bool tls)
    {
        try
        {
            var protocol = tls ? EchoProtocol.Tls : await Preface.DetectAsync(connection, Stopping);
            await _transport.ServeAsync(protocol, connection, _cut);
        }
        catch (Exception e) when (e is OperationCanceledException
            or System.Threading.Channels.ChannelClosedException
            or ConnectionResetException
            or ConnectionAbortedException)
        {
            // The client or the pod went away before the first request.
            connection.Abort();
            await connection.DisposeAsync();
        }
    }
}
