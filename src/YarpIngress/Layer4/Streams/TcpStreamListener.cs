using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using YarpIngress.Observability.AccessLog;
using YarpIngress.Proxy.Listeners;
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

    private async Task ServeAsync(Socket client)
    {
        if (!Host.ConnectionPlaces.TryTake())
        {
            Counts.Refuse();
            client.Close(0);
            return;
        }
        Counts.Begin();
        try
        {
            client.NoDelay = true;
            await using var connection = Host.Connections.Create(client);
            PeerAddress.Unmap(connection);
            var (bytes, began) = (new RelayCounts(Counts.Bytes), Stopwatch.GetTimestamp());
            var (status, endpoint) = await RelayAsync(connection, Current.Port, bytes);
            if (status != Served)
            {
                Counts.Refuse();
                connection.Abort();
            }
            Host.AccessLog.Write(new StreamLogEntry
            {
                Client = connection.RemoteEndPoint as IPEndPoint,
                ServerPort = Current.Port.Key.Port,
                Protocol = "TCP",
                Status = status,
                Sent = bytes.Sent,
                Received = bytes.Received,
                StartedAt = began,
                EndedAt = Stopwatch.GetTimestamp(),
                Upstream = endpoint,
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

    /// <summary>Relays it if there is somebody to relay it to: the status as nginx has it, and the endpoint.</summary>
    private async Task<(int Status, string? Endpoint)> RelayAsync(
        ConnectionContext client, StreamPort port, RelayCounts bytes)
    {
        var stopped = Host.Stopped.Token;
        if (port.TakesProxyHeader && !await Host.Proxies.AcceptAsync(client, stopped))
            return (BadHeader, null);
        var settings = Host.Settings;
        var pods = PodsFor(() => (client.RemoteEndPoint as IPEndPoint)?.Address);
        var (found, address) = await PodDial.ConnectAsync(pods, DialLimits.Of(settings), Host.Time, Miss, stopped);
        if (found is null)
            return (NoEndpoint, null);
        using var pod = found;
        if (port.SendsProxyHeader)
        {
            var header = ProxyHeaderText.Of(client.RemoteEndPoint, client.LocalEndPoint);
            // As its first bytes they fit into the socket's buffer.
            await pod.SendAsync(header, SocketFlags.None, stopped);
        }
        var limits = RelayLimits.Default with { Idle = settings.IdleTimeout };
        await TcpRelay.RunAsync(client, pod, limits, bytes, Host.Time, Host.Draining.Token, stopped);
        return (Served, address?.Text);
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
