using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace YarpIngress.Proxy.Listeners;

/// <summary>
/// A listening socket over Kestrel's own transport. Kestrel's listener asks again at once when the process can open no more files,
/// which takes a processor for as long as that lasts; this one rests, as nginx does. It closes connections that there is no
/// room for, see <see cref="ConnectionRoom"/>.
/// </summary>
internal sealed partial class SocketListener : IConnectionListener, IMemoryPoolFeature
{
    // nginx: accept_mutex_delay.
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(500);

    private readonly Socket _socket;
    private readonly SocketConnectionContextFactory _connections;
    private readonly ConnectionRoom _room;
    private readonly ListenerLimits _limits;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private bool _isFull;
    private bool _isResting;

    private SocketListener(
        Socket socket, SocketConnectionContextFactory connections, MemoryPool<byte> memory, ConnectionRoom room, ListenerLimits limits,
        ILogger log)
    {
        (_socket, _connections, MemoryPool, _room, _limits, _log) = (socket, connections, memory, room, limits, log);
        EndPoint = socket.LocalEndPoint ?? throw new InvalidOperationException("A socket that is bound to nothing.");
        Loop = new AcceptLoop(EndPoint);
    }

    /// <inheritdoc/>
    public EndPoint EndPoint { get; }

    /// <summary>What is counted of it.</summary>
    public AcceptLoop Loop { get; }

    /// <summary>Where Kestrel takes the memory of connections from; it gives back what is not used for a while.</summary>
    public MemoryPool<byte> MemoryPool { get; }

    /// <summary>Binds an address and listens.</summary>
    /// <exception cref="SocketException">The address can't be had.</exception>
    public static SocketListener Bind(
        IPEndPoint endPoint, SocketTransportOptions options, IMemoryPoolFactory<byte> memory, ConnectionRoom room, ListenerLimits limits,
        ILoggerFactory log)
    {
        var socket = options.CreateBoundListenSocket(endPoint);
        socket.Listen(options.Backlog);
        var connections = new SocketConnectionContextFactory(
            new SocketConnectionFactoryOptions
            {
                IOQueueCount = options.IOQueueCount,
                WaitForDataBeforeAllocatingBuffer = options.WaitForDataBeforeAllocatingBuffer,
                MaxReadBufferSize = options.MaxReadBufferSize,
                MaxWriteBufferSize = options.MaxWriteBufferSize,
                UnsafePreferInlineScheduling = options.UnsafePreferInlineScheduling,
            },
            log.CreateLogger("Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets"));
        return new SocketListener(socket, connections, memory.Create(), room, limits, log.CreateLogger<SocketListener>());
    }

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                var socket = await _socket.AcceptAsync(cancellationToken);
                if (!_limits.Takes(socket))
                {
                    Loop.Refuse();
                    socket.Close(timeout: 0);
                    continue;
                }
                if (OpenFiles.AreLeftBeside(socket) && _room.TryEnter())
                    return Take(socket);
                Loop.Refuse();
                Refuse(socket);
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return null;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
            {
                if (!_isResting)
                    Log.Resting(_log, EndPoint, e.Message);
                _isResting = true;
                try
                {
                    await Task.Delay(Rest, _stop.Token);
                }
                catch (OperationCanceledException)
                {
                    return null;
                }
            }
            catch (SocketException)
            {
                // The client was gone before it was accepted.
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _socket.Dispose();
        await _stop.CancelAsync();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _connections.Dispose();
        MemoryPool.Dispose();
        return ValueTask.CompletedTask;
    }

    private CountedConnection Take(Socket socket)
    {
        (_isFull, _isResting) = (false, false);
        try
        {
            socket.NoDelay = true;
            var connection = _connections.Create(socket);
            connection.Features.Set<IMemoryPoolFeature>(this);
            return new CountedConnection(connection, _room);
        }
        catch
        {
            _room.Leave();
            throw;
        }
    }

    private void Refuse(Socket socket)
    {
        if (!_isFull)
            Log.Full(_log, EndPoint, _room.Most);
        _isFull = true;
        // Reset rather than closed: nothing of it is kept here.
        socket.Close(timeout: 0);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning,
            "Clients have {Most} connections, as many as the process's limit of open files leaves room for: {EndPoint} closes new ones",
            EventName = "ConnectionsFull")]
        public static partial void Full(ILogger log, EndPoint endPoint, int most);

        [LoggerMessage(2, LogLevel.Error, "{EndPoint} accepts nothing until that is over: {Reason}", EventName = "AcceptResting")]
        public static partial void Resting(ILogger log, EndPoint endPoint, string reason);
    }
}
