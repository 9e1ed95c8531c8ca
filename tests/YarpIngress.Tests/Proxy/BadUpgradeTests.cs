using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using YarpIngress.Tests.Upstream;
using YarpIngress.Translation.Model;

namespace YarpIngress.Tests.Proxy;

/// <summary>WebSockets that begin wrongly: whoever is to blame, the answer says who gives it, as any other of the gateway's does.</summary>
public sealed class BadUpgradeTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(HttpProtocols.Http1, BackendProtocol.Https)]
    [InlineData(HttpProtocols.Http1AndHttp2, BackendProtocol.Https)]
    [InlineData(HttpProtocols.Http1, BackendProtocol.Http)]
    public async Task AKeyThatIsNoneIsRefused(HttpProtocols protocols, BackendProtocol protocol)
    {
        await using var pod = await Origin.StartAsync(
            context =>
            {
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
                return Task.CompletedTask;
            },
            protocols, protocol is BackendProtocol.Https ? TlsPods.Serve : null);
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint], protocol);
        foreach (var key in (string[])["Sec-WebSocket-Key: short\r\n", ""])
        {
            using var client = await RawClient.ConnectAsync(gateway.HttpPort);
            await client.SendAsync(
                $"GET / HTTP/1.1\r\nHost: a.io\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n{key}\r\n");
            var head = await client.ReadHeadAsync().WaitAsync(Wait.Deadline, Ct);
            Assert.StartsWith("HTTP/1.1 400 ", head);
            Assert.Contains("\r\nServer: yarp-ingress\r\n", head);
        }
    }

    [Fact]
    public async Task AnAcceptanceThatIsNoneIsThePodsFault()
    {
        await using var pod = await Origin.StartAsync(
            async context =>
            {
                context.Response.Headers["Sec-WebSocket-Accept"] = "not the one";
                context.Response.Headers.Upgrade = "websocket";
                await using var stream = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
            },
            HttpProtocols.Http1, TlsPods.Serve);
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint], BackendProtocol.Https);
        using var client = Clients.To(gateway.HttpPort, HttpVersion.Version20);
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.CollectHttpResponseDetails = true;
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new Uri("ws://a.io/"), client, Ct).WaitAsync(Wait.Deadline, Ct));
        Assert.Equal(HttpStatusCode.BadGateway, socket.HttpStatusCode);
        Assert.Equal(["yarp-ingress"], socket.HttpResponseHeaders!["Server"]);
    }
}
