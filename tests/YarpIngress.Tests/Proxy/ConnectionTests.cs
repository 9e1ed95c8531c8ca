using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using YarpIngress.Proxy;
using YarpIngress.Proxy.Listeners;

namespace YarpIngress.Tests.Proxy;

/// <summary>Protocols of the listeners, WebSockets, silent clients, draining.</summary>
public sealed class ConnectionTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OnePortInClearSpeaksHttp1AndHttp2()
    {
        await using var pod = await Origin.StartAsync(
            context => context.Response.WriteAsync(context.Request.Headers["X-Proto"].ToString()));
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20, HttpVersion.Version11 })
        {
            using var client = Clients.To(gateway.HttpPort, version);
            using var response = await client.GetAsync("http://a.io/", Ct);
            Assert.Equal(version, response.Version);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task AMethodThatBeginsLikeAPrefaceIsNone()
    {
        await using var pod = await Origin.StartAsync(context => context.Response.WriteAsync(context.Request.Method));
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        using var client = await RawClient.ConnectAsync(gateway.HttpPort);
        foreach (var piece in new[] { "P", "R", "I", "NT / HTTP/1.1\r\nHost: a.io\r\n", "Connection: close\r\n\r\n" })
            await client.SendAsync(piece);
        Assert.Contains("\r\nPRINT\r\n", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task AConnectionThatStaysSilentIsClosedAndOthersAreServedMeanwhile()
    {
        await using var pod = await Origin.StartAsync("pod");
        await using var gateway = await Gateway.StartAsync(new DataPlaneOptions
        {
            HttpPort = 0,
            HttpsPort = null,
            BindAddresses = [IPAddress.Loopback],
            // Long enough for who speaks at once, on however busy a machine.
            FirstByteTimeout = TimeSpan.FromSeconds(6),
        });
        gateway.Serve("a.io", [pod.EndPoint]);
        var silent = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => RawClient.ConnectAsync(gateway.HttpPort)));
        using var half = await RawClient.ConnectAsync(gateway.HttpPort);
        await half.SendAsync("PRI");

        Assert.Equal("pod", await Clients.GetAsync(gateway, "a.io"));
        foreach (var client in silent)
        {
            Assert.Equal("", await client.ReadToEndAsync().WaitAsync(Deadline, Ct));
            client.Dispose();
        }
        Assert.Equal("", await half.ReadToEndAsync().WaitAsync(Deadline, Ct));
    }

    [Fact]
    public async Task WithoutAnAddressBothFamiliesAreServed()
    {
        await using var pod = await Origin.StartAsync(
            context => context.Response.WriteAsync(context.Request.Headers["X-Real-IP"].ToString()));
        await using var gateway = await Gateway.StartAsync(new DataPlaneOptions { HttpPort = 0, HttpsPort = null });
        gateway.Serve("", [pod.EndPoint]);
        using var client = new HttpClient();
        Assert.Equal("127.0.0.1", await client.GetStringAsync($"http://127.0.0.1:{gateway.HttpPort}/", Ct));
        if (HasIPv6Loopback())
            Assert.Equal("::1", await client.GetStringAsync($"http://[::1]:{gateway.HttpPort}/", Ct));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task AWebSocketIsCarriedInBothDirections(string version)
    {
        await using var pod = await Origin.StartAsync(async context =>
        {
            Assert.Equal("/chat", context.Request.Path);
            using var socket = await context.WebSockets.AcceptWebSocketAsync("echo");
            var buffer = new byte[64 * 1024];
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer, context.RequestAborted);
                if (received.MessageType is WebSocketMessageType.Close)
                    break;
                await socket.SendAsync(
                    buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, context.RequestAborted);
            }
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", context.RequestAborted);
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);

        using var client = new ClientWebSocket();
        client.Options.HttpVersion = Version.Parse(version);
        client.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        client.Options.AddSubProtocol("echo");
        using var invoker = new HttpMessageInvoker(Clients.Handler(gateway.HttpPort));
        await client.ConnectAsync(new Uri("ws://a.io/chat"), invoker, Ct).WaitAsync(Deadline, Ct);
        Assert.Equal("echo", client.SubProtocol);

        var back = new byte[64 * 1024];
        foreach (var size in new[] { 1, 125, 126, 60_000 })
        {
            var message = Encoding.ASCII.GetBytes(new string((char)('a' + (size % 26)), size));
            await client.SendAsync(message, WebSocketMessageType.Text, true, Ct);
            var count = 0;
            ValueWebSocketReceiveResult received;
            do
            {
                received = await client.ReceiveAsync(back.AsMemory(count), Ct).AsTask().WaitAsync(Deadline, Ct);
                count += received.Count;
            }
            while (!received.EndOfMessage);
            Assert.Equal(message, back[..count]);
        }
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", Ct).WaitAsync(Deadline, Ct);
        Assert.Equal("bye", client.CloseStatusDescription);
    }

    [Fact]
    public async Task ARefusedWebSocketGetsThePodsAnswer()
    {
        await using var pod = await Origin.StartAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return context.Response.WriteAsync("no");
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        var answer = await RawClient.ExchangeAsync(
            gateway.HttpPort,
            "GET / HTTP/1.1\r\nHost: a.io\r\nConnection: close, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: "
            + "13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 403 ", answer);
        Assert.Contains("\r\nno\r\n", answer);
    }

    [Fact]
    public async Task ADrainingGatewaySendsClientsElsewhere()
    {
        await using var pod = await Origin.StartAsync("pod");
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        using var client = await RawClient.ConnectAsync(gateway.HttpPort);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a.io\r\n\r\n");
        Assert.DoesNotContain("Connection: close", await client.ReadHeadAsync());
        gateway.Drain.Begin();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a.io\r\n\r\n");
        Assert.Contains("Connection: close", await client.ReadToEndAsync());

        // Over HTTP/2 the connection is given up after the answer, and the next request opens another.
        using var http2 = Clients.To(gateway.HttpPort, HttpVersion.Version20);
        for (var i = 0; i < 3; i++)
            Assert.Equal("pod", await http2.GetStringAsync("http://a.io/", Ct));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task AStoppingGatewayFinishesOpenRequests(string version)
    {
        var begun = new TaskCompletionSource();
        var mayEnd = new TaskCompletionSource();
        await using var pod = await Origin.StartAsync(async context =>
        {
            begun.SetResult();
            await mayEnd.Task;
            await context.Response.WriteAsync("finished");
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        using var client = Clients.To(gateway.HttpPort, Version.Parse(version));
        var answer = client.GetStringAsync("http://a.io/", Ct);
        await begun.Task.WaitAsync(Deadline, Ct);

        var stopped = gateway.StopAsync(Ct);
        // Not asked of the port itself, which may be another test's from then on.
        var loops = gateway.Services.GetRequiredService<TrafficPorts>().Loops;
        await Wait.UntilAsync(() => loops.All(loop => loop.Ended is not null), "the listeners are closed");
        Assert.False(stopped.IsCompleted);
        mayEnd.SetResult();
        Assert.Equal("finished", await answer.WaitAsync(Deadline, Ct));
        await stopped.WaitAsync(Deadline, Ct);
    }

    private static bool HasIPv6Loopback()
    {
        using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
