using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.Streams;

/// <summary>WebSockets through annotated routes: the subprotocol, messages in pieces, close codes, over both versions of HTTP.</summary>
[Collection(nameof(StreamsCluster))]
public sealed class WebSocketTests(StreamsCluster cluster)
{
    private static readonly SemaphoreSlim Once = new(1);
    private static bool _isServed;

    public static MatrixTheoryData<string, string, string> Cases => new(
        StreamsCluster.Names.Select(row => row.Data), ["ws", "ws-tls"], ["1.1", "2.0"]);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Messages_and_the_end_pass_whole(string scenario, string service, string version)
    {
        await ServeAsync();
        var host = await HostAsync(service, scenario);
        using var socket = await ConnectAsync(host, cluster.Get(scenario).Prefix + "/chat?a=b", version);
        Assert.Equal("chat.v2", socket.SubProtocol);
        Assert.Equal("/chat?a=b", await TextAsync(socket));

        // Each waits for the answer to the one before; the large ones come in pieces.
        foreach (var size in (int[])[0, 1, 125, 126, 65_535, 65_536, 1_500_000])
        {
            var sent = RandomNumberGenerator.GetBytes(size);
            await socket.SendAsync(sent.AsMemory(0, size / 2), WebSocketMessageType.Binary, endOfMessage: false, Ct);
            await socket.SendAsync(sent.AsMemory(size / 2), WebSocketMessageType.Binary, endOfMessage: true, Ct);
            var (type, back) = await ReceiveAsync(socket);
            Assert.Equal(WebSocketMessageType.Binary, type);
            Assert.True(sent.AsSpan().SequenceEqual(back), $"{size} bytes came back as {back.Length}");
        }

        await socket.CloseAsync((WebSocketCloseStatus)4321, "enough", Ct);
        Assert.Equal(((WebSocketCloseStatus?)4321, "re: enough"), (socket.CloseStatus, socket.CloseStatusDescription));
    }

    [Theory]
    [InlineData("ws", "1.1")]
    [InlineData("ws", "2.0")]
    [InlineData("ws-tls", "1.1")]
    [InlineData("ws-tls", "2.0")]
    public async Task The_pod_may_end_it_and_a_client_that_is_gone_ends_it(string service, string version)
    {
        await ServeAsync();
        var host = await HostAsync(service, "buffering");
        using (var socket = await ConnectAsync(host, "/bye", version))
        {
            var (type, _) = await ReceiveAsync(socket);
            Assert.Equal(
                (WebSocketMessageType.Close, (WebSocketCloseStatus?)WebSocketCloseStatus.EndpointUnavailable, "moving"),
                (type, socket.CloseStatus, socket.CloseStatusDescription));
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Ct);
        }

        var gone = new TaskCompletionSource();
        // Of this case alone: the controller may go on for a moment with the pods that a Service had before.
        var leave = $"leave-{service}-{version[0]}";
        await cluster.AddPodsAsync(leave, async context =>
        {
            if (!context.WebSockets.IsWebSocketRequest)
                return;
            using var end = await context.WebSockets.AcceptWebSocketAsync();
            await end.SendAsync(new byte[1], WebSocketMessageType.Binary, true, CancellationToken.None);
            try
            {
                await end.ReceiveAsync(new byte[1], CancellationToken.None);
            }
            catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException)
            {
                gone.TrySetResult();
            }
        });
        host = await HostAsync(service.Replace("ws", leave, StringComparison.Ordinal), "buffering");
        using (var socket = await ConnectAsync(host, "/", version))
        {
            await ReceiveAsync(socket);
            socket.Abort();
        }
        await gone.Task.WaitAsync(Wait.Deadline, Ct);
    }

    [Theory]
    [InlineData("ws", "1.1")]
    [InlineData("ws", "2.0")]
    [InlineData("ws-tls", "1.1")]
    public async Task One_on_which_nobody_says_anything_ends_after_proxy_read_timeout(string service, string version)
    {
        await ServeAsync();
        var host = await cluster.AddHostAsync(
            service, ("backend-protocol", service == "ws" ? "HTTP" : "HTTPS"), ("proxy-read-timeout", "5"), ("proxy-send-timeout", "5"));
        using var socket = await ConnectAsync(host, "/chat", version);
        Assert.Equal("/chat", await TextAsync(socket));
        await Assert.ThrowsAsync<WebSocketException>(() => ReceiveAsync(socket));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task What_refuses_requests_refuses_WebSockets(string version)
    {
        await ServeAsync();
        var host = await cluster.AddHostAsync("ws", ("auth-type", "basic"), ("auth-secret", "default/missing"));
        var refused = await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(host, "/chat", version));
        Assert.Contains("503", refused.ToString(), StringComparison.Ordinal);
        host = await cluster.AddHostAsync("ws", ("denylist-source-range", "127.0.0.1"));
        refused = await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(host, "/chat", version));
        Assert.Contains("403", refused.ToString(), StringComparison.Ordinal);
    }

    private Task<string> HostAsync(string service, string scenario) => service.EndsWith("-tls", StringComparison.Ordinal)
        ? cluster.HostAsync(service, scenario, ("backend-protocol", "HTTPS"))
        : cluster.HostAsync(service, scenario);

    private async Task ServeAsync()
    {
        await Once.WaitAsync(Ct);
        try
        {
            if (!_isServed)
                await cluster.AddPodsAsync("ws", ChatAsync);
            _isServed = true;
        }
        finally
        {
            Once.Release();
        }
    }

    /// <summary>Says which path it was asked for, then everything that it hears, and of the end what it heard of it.</summary>
    private static async Task ChatAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
            return;
        Assert.Equal(["chat.v1", "chat.v2"], context.WebSockets.WebSocketRequestedProtocols);
        using var socket = await context.WebSockets.AcceptWebSocketAsync("chat.v2");
        if (context.Request.Path == "/bye")
        {
            await socket.CloseAsync(WebSocketCloseStatus.EndpointUnavailable, "moving", CancellationToken.None);
            return;
        }
        var path = Encoding.UTF8.GetBytes($"{context.Request.Path}{context.Request.QueryString}");
        await socket.SendAsync(path, WebSocketMessageType.Text, true, CancellationToken.None);
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var piece = await socket.ReceiveAsync(buffer, CancellationToken.None);
            if (piece.MessageType is WebSocketMessageType.Close)
                break;
            await socket.SendAsync(buffer.AsMemory(0, piece.Count), piece.MessageType, piece.EndOfMessage, CancellationToken.None);
        }
        await socket.CloseOutputAsync(socket.CloseStatus!.Value, $"re: {socket.CloseStatusDescription}", CancellationToken.None);
    }

    private async Task<ClientWebSocket> ConnectAsync(string host, string path, string version)
    {
        var socket = new ClientWebSocket();
        socket.Options.HttpVersion = Version.Parse(version);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.AddSubProtocol("chat.v1");
        socket.Options.AddSubProtocol("chat.v2");
        // As a page of the site would: CORS must not be in the way.
        socket.Options.SetRequestHeader("Origin", "https://other.example.org");
        try
        {
            var invoker = new HttpMessageInvoker(Clients.Handler(cluster.Controller.HttpPort));
            await socket.ConnectAsync(new Uri($"ws://{host}{path}"), invoker, Ct);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<string> TextAsync(WebSocket socket)
    {
        var (type, bytes) = await ReceiveAsync(socket);
        Assert.Equal(WebSocketMessageType.Text, type);
        return Encoding.UTF8.GetString(bytes);
    }

    private static async Task<(WebSocketMessageType Type, byte[] Bytes)> ReceiveAsync(WebSocket socket)
    {
        using var all = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var piece = await socket.ReceiveAsync(buffer, Ct).WaitAsync(Wait.Deadline, Ct);
            all.Write(buffer, 0, piece.Count);
            if (piece.EndOfMessage)
                return (piece.MessageType, all.ToArray());
        }
    }
}
