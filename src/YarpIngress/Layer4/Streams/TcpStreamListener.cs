using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using YarpIngress.Observability.AccessLog;
using YarpIngress.Translation.Model;

namespace YarpIngress.Layer4.Streams;

/// <summary>A TCP port: each connection goes to an endpoint of its own turn.</summary>
internal sealed partial class TcpStreamListener : StreamListener
{
    private const int Backlog = 512;
    private const int Served = 200;
    private const int BadHeader = 400;
    private const int NoEndpoint = 502;

    private static readonly TimeSpan PauseWithoutSockets = TimeSpan.FromMilliseconds(100);

    private readonly IReadOnlyList<Socket> _sockets;
    private readonly CancellationTokenSource _closed;
    private readonly ILogger<TcpStreamListener> _log;

    /// <exception cref="SocketException">The port can't be listened on.</exception>
    public TcpStreamListener(StreamTranslation translation, StreamHost host) : base(translation, host)
    {
        _log = host.Loggers.CreateLogger<TcpStreamListener>();
        _sockets = Bind(host, translation.Port.Key);
        try
        {
            foreach (var socket in _sockets)
                socket.Listen(Backlog);
        }
        catch
        {
            foreach (var socket in _sockets)
                socket.Dispose();
            throw;
        }
        EndPoints = [.. _sockets.Select(socket => socket.LocalEndPoint).OfType<EndPoint>()];
        _closed = CancellationTokenSource.CreateLinkedTokenSource(host.Draining.Token);
        // The first accepts must not be done by who changes the configuration.
        foreach (var socket in _sockets)
            _ = Task.Run(() => AcceptAsync(socket, _closed.Token), CancellationToken.None);
    }

    /// <inheritdoc/>
    public override IEnumerable<EndPoint> EndPoints { get; }

    /// <inheritdoc/>
    public override void Close()
    {
        _closed.Cancel();
        _closed.Dispose();
        foreach (var socket in _sockets)
            socket.Dispose();
    }

    private async Task AcceptAsync(Socket socket, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                _ = ServeAsync(await socket.AcceptAsync(ct));
            }
            catch (SocketException error) when (!ct.IsCancellationRequested)
            {
                // A client that has gone again, or no file descriptor left: others are waiting.
                Log.NotAccepted(_log, Current.Port.Key, error.Message);
                await Task.Delay(PauseWithoutSockets, Host.Time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        if (!Host.ConnectionPlaces.TryTake())
        {
            Counts.Refuse();
            socket.Close(0);
            return;
        }
        Counts.Begin();
        using var owned = socket;
        try
        {
            var (port, bytes, began) = (Current.Port, new RelayCounts(Counts.Bytes), Stopwatch.GetTimestamp());
            await using var client = new StreamClient(socket, port.TakesProxyHeader ? Host.Connections : null);
            var (status, pod) = await RelayAsync(client, port, bytes);
            if (status != Served)
            {
                Counts.Refuse();
                client.Abort();
            }
            Host.AccessLog.Write(new StreamLogEntry
            {
                Client = client.Remote,
                ServerPort = port.Key.Port,
                Protocol = "TCP",
                Status = status,
                Sent = bytes.Sent,
                Received = bytes.Received,
                StartedAt = began,
                EndedAt = Stopwatch.GetTimestamp(),
                Upstream = pod?.Text,
            });
        }
        catch (Exception error) when (error is SocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            Log.Ended(_log, Current.Port.Key, error.Message);
        }
        finally
        {
            Counts.End();
            Host.ConnectionPlaces.Release();
        }
    }

    /// <summary>Relays it if there is somebody to relay it to: the status as nginx has it, and the pod.</summary>
    private async Task<(int Status, PodAddress? Pod)> RelayAsync(StreamClient client, StreamPort port, RelayCounts bytes)
    {
        var stopped = Host.Stopped.Token;
        if (client.Proxied is not null && !await Host.Proxies.AcceptAsync(client.Proxied, stopped))
            return (BadHeader, null);
        var settings = Host.Settings;
        var (found, address) = await PodDial.ConnectAsync(
            PodsFor(() => client.Remote?.Address), DialLimits.Of(settings), Host.Time, Miss, stopped);
        if (found is null)
            return (NoEndpoint, null);
        using var pod = found;
        if (port.SendsProxyHeader)
        {
            // As its first bytes they fit into the socket's buffer.
            await pod.SendAsync(ProxyHeaderText.Of(client.Remote, client.Local), SocketFlags.None, stopped);
        }
        var limits = RelayLimits.Default with { Idle = settings.IdleTimeout };
        await (client.Proxied is { } proxied
            ? TcpRelay.RunAsync(proxied, pod, limits, bytes, Host.Time, Host.Draining.Token, stopped)
            : TcpRelay.RunAsync(client.Socket, pod, limits, bytes, Host.Time, Host.Draining.Token, stopped));
        return (Served, address);
    }

    private void Miss(PodAddress pod)
    {
        Counts.Miss();
        Log.Unreachable(_log, Current.Port.Key, pod.Text);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Port}: a connection could not be accepted: {Error}", EventName = "StreamNotAccepted")]
        public static partial void NotAccepted(ILogger log, StreamKey port, string error);

        [LoggerMessage(2, LogLevel.Debug, "{Port}: endpoint {Endpoint} takes no connection", EventName = "StreamEndpointUnreachable")]
        public static partial void Unreachable(ILogger log, StreamKey port, string endpoint);

        [LoggerMessage(3, LogLevel.Debug, "{Port}: a connection ended before it was served: {Error}", EventName = "StreamConnectionFailed")]
        public static partial void Ended(ILogger log, StreamKey port, string error);
    }
}
