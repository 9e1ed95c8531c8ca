using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using YarpIngress.Proxy.Listeners.ProxyProtocol;

namespace YarpIngress.Proxy.Listeners;

/// <summary>
/// Serves HTTP/1.1 and HTTP/2 with prior knowledge on one port: accepts connections, looks at their first bytes and hands
/// each to the Kestrel endpoint that speaks its protocol. Nothing is copied; Kestrel reads the bytes that were looked at.
/// </summary>
/// <remarks>
/// A connection that waits for its first byte costs a pending read and a timer, no thread. Waiting ones do not keep
/// others from being accepted.
/// </remarks>
internal sealed partial class CleartextListener
{
    private readonly IConnectionListener _sockets;
    private readonly AcceptLoop _loop;
    private readonly Func<TimeSpan> _firstByteTimeout;
    private readonly ProxyConnections _proxies;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, bool> _undecided = new();
    private readonly Half _http1;
    private readonly Half _http2;
    private readonly Task _accepting;

    public CleartextListener(
        IConnectionListener sockets, AcceptLoop loop, Func<TimeSpan> firstByteTimeout, ProxyConnections proxies, ILogger logger)
    {
        _sockets = sockets;
        _loop = loop;
        _firstByteTimeout = firstByteTimeout;
        _proxies = proxies;
        _logger = logger;
        _http1 = new Half(this);
        _http2 = new Half(this);
        _accepting = AcceptAsync();
    }

    /// <summary>Connections that do not begin with an HTTP/2 preface.</summary>
    public IConnectionListener Http1 => _http1;

    /// <summary>Connections that begin with one.</summary>
    public IConnectionListener Http2 => _http2;

    private async Task AcceptAsync()
    {
        // Off the thread that binds.
        await Task.Yield();
        Exception? failure = null;
        try
        {
            while (await _sockets.AcceptAsync(CancellationToken.None) is { } connection)
            {
                _loop.Await();
                PeerAddress.Unmap(connection);
                var deciding = DecideAsync(connection);
                if (deciding.IsCompleted)
                    continue;
                _undecided.TryAdd(deciding, true);
                _ = deciding.ContinueWith(
                    static (task, undecided) => ((ConcurrentDictionary<Task, bool>)undecided!).TryRemove(task, out _),
                    _undecided,
                    CancellationToken.None,
                    TaskContinuationOptions.ExecuteSynchronously,
                    TaskScheduler.Default);
            }
        }
        catch (Exception e)
        {
            // Kestrel hears of it at its next accept, and logs it as it does for a listener of its own.
            failure = e;
        }
        _loop.End(failure);
        await Task.WhenAll(_undecided.Keys);
        _http1.Complete(failure);
        _http2.Complete(failure);
    }

    private async Task DecideAsync(ConnectionContext connection)
    {
        var handled = false;
        try
        {
            var accepted = !_proxies.IsOn || await _proxies.AcceptAsync(connection, _stop.Token);
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            timeout.CancelAfter(_firstByteTimeout());
            var isHttp2 = accepted ? await Http2Preface.IsAtStartOfAsync(connection, timeout.Token) : null;
            handled = isHttp2 is { } known && (known ? _http2 : _http1).Hand(connection);
            if (handled)
                return;
            connection.Abort();
            await connection.DisposeAsync();
        }
        catch (Exception e)
        {
            Log.ConnectionFailed(_logger, e, connection.ConnectionId);
            connection.Abort();
            await connection.DisposeAsync();
        }
        finally
        {
            _loop.EndAwait(handled);
        }
    }

    private async ValueTask UnbindAsync(CancellationToken cancellationToken)
    {
        await _sockets.UnbindAsync(cancellationToken);
        await _stop.CancelAsync();
        // Soon: nothing more is accepted, and those that wait for a first byte have just been told to stop.
        await _accepting;
    }

    /// <summary>One protocol's listener, as Kestrel sees it.</summary>
    private sealed class Half(CleartextListener owner) : IConnectionListener
    {
        private readonly Channel<ConnectionContext> _connections = Channel.CreateUnbounded<ConnectionContext>(
            new UnboundedChannelOptions { SingleReader = true });

        public EndPoint EndPoint => owner._sockets.EndPoint;

        public bool Hand(ConnectionContext connection) => _connections.Writer.TryWrite(connection);

        public void Complete(Exception? failure) => _connections.Writer.TryComplete(failure);

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (await _connections.Reader.WaitToReadAsync(cancellationToken))
            {
                if (_connections.Reader.TryRead(out var connection))
                    return connection;
            }
            return null;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => owner.UnbindAsync(cancellationToken);

        public async ValueTask DisposeAsync()
        {
            await owner.UnbindAsync(CancellationToken.None);
            while (_connections.Reader.TryRead(out var connection))
                await connection.DisposeAsync();
            await owner._sockets.DisposeAsync();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "Connection {Connection} failed before it said what it speaks.")]
        public static partial void ConnectionFailed(ILogger logger, Exception exception, string connection);
    }
}
