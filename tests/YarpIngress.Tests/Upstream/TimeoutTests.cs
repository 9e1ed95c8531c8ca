using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.Upstream;

/// <summary><c>proxy-connect-timeout</c>, <c>proxy-read-timeout</c>, <c>proxy-send-timeout</c>: each is 504 before an answer.</summary>
public sealed class TimeoutTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("HTTP")]
    [InlineData("GRPC")]
    public async Task ProxyReadTimeoutIs504(string protocol)
    {
        await using var pod = await Origin.StartAsync(
            context => Task.Delay(Timeout.Infinite, context.RequestAborted),
            protocol == "GRPC" ? HttpProtocols.Http2 : HttpProtocols.Http1);
        await using var gateway = await Gateway.StartAsync();
        gateway.ServeAnnotated(
            "a.io", [pod.EndPoint], new Dictionary<string, string> { ["proxy-read-timeout"] = "1", ["backend-protocol"] = protocol });
        Assert.Equal(HttpStatusCode.GatewayTimeout, await Clients.StatusAsync(gateway, "a.io"));
    }

    [Fact]
    public async Task ProxySendTimeoutIs504WhenThePodTakesNothing()
    {
        await using var pod = new RawOrigin((_, ct) => Task.Delay(Timeout.Infinite, ct));
        await using var gateway = await Gateway.StartAsync();
        gateway.ServeAnnotated("a.io", [pod.EndPoint], ShortSendTimeout("HTTP"));
        Assert.Equal(HttpStatusCode.GatewayTimeout, await UploadAsync(gateway));
    }

    [Fact]
    public async Task ProxySendTimeoutIs504WhenAPodThatSpeaksTlsTakesNothing()
    {
        await using var pod = await Origin.StartAsync(
            context => Task.Delay(Timeout.Infinite, context.RequestAborted), HttpProtocols.Http1, TlsPods.Serve);
        await using var gateway = await Gateway.StartAsync();
        gateway.ServeAnnotated("a.io", [pod.EndPoint], ShortSendTimeout("HTTPS"));
        Assert.Equal(HttpStatusCode.GatewayTimeout, await UploadAsync(gateway));
    }

    [Theory]
    [InlineData("HTTP")]
    [InlineData("HTTPS")]
    public async Task ProxyConnectTimeoutIs504AfterAllTries(string protocol)
    {
        // A listener whose queue is full lets further connections wait.
        using var full = new Socket(SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        using var waiting = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await waiting.ConnectAsync(full.LocalEndPoint!, Ct);

        await using var gateway = await Gateway.StartAsync();
        gateway.ServeAnnotated(
            "a.io", [new IPEndPoint(IPAddress.Loopback, ((IPEndPoint)full.LocalEndPoint!).Port)],
            new Dictionary<string, string> { ["proxy-connect-timeout"] = "1", ["backend-protocol"] = protocol });
        Assert.Equal(HttpStatusCode.GatewayTimeout, await Clients.StatusAsync(gateway, "a.io"));
    }

    private static Dictionary<string, string> ShortSendTimeout(string protocol) => new()
    {
        ["proxy-send-timeout"] = "1",
        ["proxy-read-timeout"] = "300",
        ["proxy-body-size"] = "0",
        ["backend-protocol"] = protocol,
    };

    /// <summary>Sends more than all buffers between here and the pod hold.</summary>
    private static async Task<HttpStatusCode> UploadAsync(Gateway gateway)
    {
        using var client = Clients.To(gateway.HttpPort, HttpVersion.Version20);
        using var response = await client.PostAsync("http://a.io/", new ByteArrayContent(new byte[64 * 1024 * 1024]), Ct);
        return response.StatusCode;
    }
}
