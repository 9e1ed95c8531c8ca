using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
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
    public async Task ProxyReadTimeoutIsBetweenTwoReadsAndNotForTheWhole()
    {
        await using var pod = await Origin.StartAsync(async context =>
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(300));
            for (var i = 0; i < 10; i++)
            {
                await context.Response.WriteAsync($"{i}", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await timer.WaitForNextTickAsync(context.RequestAborted);
            }
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.ServeAnnotated("a.io", [pod.EndPoint], new Dictionary<string, string> { ["proxy-read-timeout"] = "2" });
        Assert.Equal("0123456789", await Clients.GetAsync(gateway, "a.io"));
    }

    [Theory]
    [InlineData("HTTP")]
    [InlineData("HTTPS")]
    public async Task ProxySendTimeoutIs504WhenThePodTakesNothing(string protocol)
    {
        await using var pod = await Origin.StartAsync(
            context => Task.Delay(Timeout.Infinite, context.RequestAborted),
            HttpProtocols.Http1,
            listen =>
            {
                if (protocol == "HTTPS")
                    TlsPods.Serve(listen);
            });
        await using var gateway = await Gateway.StartAsync();
        gateway.ServeAnnotated(
            "a.io", [pod.EndPoint],
            new Dictionary<string, string>
            {
                ["proxy-send-timeout"] = "1", ["proxy-read-timeout"] = "300", ["proxy-body-size"] = "0", ["backend-protocol"] = protocol,
                ["proxy-ssl-server-name"] = "off",
            });
        using var client = Clients.To(gateway.HttpPort, HttpVersion.Version20);
        // More than all buffers between here and the pod.
        using var response = await client.PostAsync("http://a.io/", new ByteArrayContent(new byte[64 * 1024 * 1024]), Ct);
        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
    }

    [Fact]
    public async Task ASlowClientIsNotThePodsFault()
    {
        await using var pod = await Origin.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            await context.Response.WriteAsync(await reader.ReadToEndAsync(context.RequestAborted));
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.ServeAnnotated(
            "a.io", [pod.EndPoint], new Dictionary<string, string> { ["proxy-read-timeout"] = "1", ["proxy-send-timeout"] = "1" });
        using var client = await RawClient.ConnectAsync(gateway.HttpPort);
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a.io\r\nConnection: close\r\nContent-Length: 6\r\n\r\nabc");
        using var pause = new PeriodicTimer(TimeSpan.FromSeconds(3));
        await pause.WaitForNextTickAsync(Ct);
        await client.SendAsync("def");
        Assert.Contains("abcdef", await client.ReadToEndAsync());
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
}
