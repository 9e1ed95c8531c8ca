using System.Collections.Concurrent;
using System.Net.Sockets;
using YarpIngress.Observability.AccessLog;
using YarpIngress.Proxy;
using YarpIngress.Proxy.Listeners;
using YarpIngress.Proxy.Listeners.ProxyProtocol;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Layer4.Streams;

/// <summary>The TCP and UDP ports: opened, changed and closed while everything else goes on.</summary>
internal sealed partial class StreamServer(
    DataPlaneOptions options, ConnectionRoom room, ProxyConnections proxies, AccessLogger accessLog, ILoggerFactory loggers,
    TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);

    // Who lost a datagram waits for its answer for ever.
    private static readonly TimeSpan LongestUdpDrain = TimeSpan.FromSeconds(2);

    private readonly StreamHost _host = new(options, room, proxies, accessLog, loggers, time);
    private readonly ILogger<StreamServer> _log = loggers.CreateLogger<StreamServer>();
    private readonly ConcurrentDictionary<StreamKey, StreamListener> _open = new();
    private readonly ConcurrentDictionary<StreamKey, ITimer> _retries = new();
    private readonly Lock _lock = new();
    private bool _stopping;

    /// <summary>Told some time after a port could not be listened on.</summary>
    public Action<StreamKey>? OnRetry { get; set; }

    /// <summary>The ports that are listened on.</summary>
    public IEnumerable<StreamListener> Open => _open.Values;

    /// <summary>Follows the global settings; connections that are open keep what they began with.</summary>
    public void Apply(StreamSettings settings)
    {
        _host.Settings = settings;
        foreach (var listener in Open)
            listener.Apply();
    }

    /// <summary>Opens a port, or has an open one lead elsewhere. Says why it can't be opened.</summary>
    public IReadOnlyList<Problem> Set(StreamTranslation stream)
    {
        var key = stream.Port.Key;
        lock (_lock)
        {
            Forget(key);
            if (_stopping)
                return [];
            if (_open.TryGetValue(key, out var listener))
            {
                listener.Set(stream);
                return [];
            }
            try
            {
                _open[key] = key.Protocol is StreamProtocol.Tcp
                    ? new TcpStreamListener(stream, _host)
                    : new UdpStreamListener(stream, _host);
                Log.Opened(_log, key, stream.Port.Backend);
                return [];
            }
            catch (SocketException error)
            {
                _retries[key] = time.CreateTimer(_ => OnRetry?.Invoke(key), null, RetryPause, Timeout.InfiniteTimeSpan);
                return [Unavailable(stream, error)];
            }
        }
    }

    /// <summary>Closes a port. Connections that are open go on.</summary>
    public IReadOnlyList<Problem> Remove(StreamKey key)
    {
        lock (_lock)
        {
            Forget(key);
            if (_open.TryRemove(key, out var listener))
            {
                listener.Close();
                Log.Closed(_log, key);
            }
        }
        return [];
    }

    /// <summary>Closes the ports, lets what is open finish until the token is cancelled, then cuts it off.</summary>
    public async Task StopAsync(CancellationToken ct)
    {
        lock (_lock)
        {
            if (_stopping)
                return;
            _stopping = true;
        }
        foreach (var key in _retries.Keys)
            Forget(key);
        await _host.Draining.CancelAsync();
        foreach (var listener in Open.OfType<TcpStreamListener>())
            listener.Close();
        var answers = Open.OfType<UdpStreamListener>().ToList();
        var began = time.GetTimestamp();
        using var glance = new PeriodicTimer(Glance, time);
        while (_host.ConnectionPlaces.Taken > 0
            || (time.GetElapsedTime(began) < LongestUdpDrain && answers.Exists(listener => !listener.IsQuiet)))
        {
            try
            {
                await glance.WaitForNextTickAsync(ct);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }
        await _host.Stopped.CancelAsync();
        answers.ForEach(listener => listener.Close());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(new CancellationToken(canceled: true));
        _host.Dispose();
    }

    private void Forget(StreamKey key)
    {
        if (_retries.TryRemove(key, out var timer))
            timer.Dispose();
    }

    private static Problem Unavailable(StreamTranslation stream, SocketException error) => new()
    {
        Object = stream.Source,
        Reason = ProblemReasons.PortUnavailable,
        Severity = ProblemSeverity.Error,
        Field = $"data.{stream.Port.Key.Port}",
        Message = $"{stream.Port.Key} can't be listened on: {error.Message}; it is not served, and tried again every few seconds"
            + (error.SocketErrorCode is SocketError.AccessDenied ? " (ports below 1024 need the capability NET_BIND_SERVICE)" : ""),
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Port} is open and leads to {Service}", EventName = "StreamPortOpened")]
        public static partial void Opened(ILogger log, StreamKey port, BackendKey service);

        [LoggerMessage(2, LogLevel.Information, "{Port} is closed", EventName = "StreamPortClosed")]
        public static partial void Closed(ILogger log, StreamKey port);
    }
}
