using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using YarpIngress.Tests.Proxy;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Tests.ClientAddress;

/// <summary><c>use-proxy-protocol</c>, over sockets.</summary>
public sealed class ProxyProtocolTests
{
    private static readonly ClientSettings On = new() { ProxyProtocol = true };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task BothVersionsNameTheClientOnBothPorts()
    {
        await using var gateway = await TrustingGateway.StartAsync(On);
        byte[][] headers =
        [
            Line("PROXY TCP4 203.0.113.7 198.51.100.1 56324 8081"),
            ProxyHeaderTests.Version2Of(0x21, 0x11, "203.0.113.7", "198.51.100.1", port: 8081),
            ProxyHeaderTests.Version2Of(0x21, 0x21, "::ffff:203.0.113.7", "::1", extra: 100, port: 8081),
        ];
        foreach (var header in headers)
            foreach (var (pod, scheme) in (IEnumerable<(HeadAtPod, string)>)[
                (await gateway.HeadAsync("X-Forwarded-For: 6.6.6.6\r\n", header), "http"),
                (await gateway.SecureHeadAsync("X-Forwarded-For: 6.6.6.6\r\n", header), "https")])
            {
                Assert.Equal("203.0.113.7", pod["X-Real-IP"]);
                Assert.Equal("203.0.113.7", pod["X-Forwarded-For"]);
                Assert.Equal("6.6.6.6", pod["X-Original-Forwarded-For"]);
                Assert.Equal("8081", pod["X-Forwarded-Port"]);
                Assert.Equal(scheme, pod["X-Forwarded-Proto"]);
                Assert.Equal("a.io", pod["X-Forwarded-Host"]);
            }
        var version6 = await gateway.HeadAsync(before: Line("PROXY TCP6 2001:db8::7 2001:db8::1 1 80"));
        Assert.Equal("2001:db8::7", version6["X-Forwarded-For"]);
    }

    [Fact]
    public async Task Port443MakesItHttps()
    {
        await using var gateway = await TrustingGateway.StartAsync(On);
        var pod = await gateway.HeadAsync(before: Line("PROXY TCP4 203.0.113.7 198.51.100.1 56324 443"));
        Assert.Equal(("https", "https", "https", "443"),
            (pod["X-Forwarded-Proto"], pod["X-Forwarded-Scheme"], pod["X-Scheme"], pod["X-Forwarded-Port"]));
    }

    [Fact]
    public async Task WhatNamesNobodyLeavesTheConnectionsOwnAddress()
    {
        await using var gateway = await TrustingGateway.StartAsync(On);
        foreach (var header in (byte[][])[Line("PROXY UNKNOWN"), ProxyHeaderTests.Version2Of(0x20, 0x11, "203.0.113.7", "198.51.100.1")])
            Assert.Equal("127.0.0.1", (await gateway.HeadAsync(before: header))["X-Forwarded-For"]);
    }

    [Fact]
    public async Task AProxyThatIsNotTrustedIsReadAndNotBelieved()
    {
        await using var gateway = await TrustingGateway.StartAsync(On with { TrustedProxies = AddressList.Parse("192.0.2.0/24") });
        var header = Line("PROXY TCP4 203.0.113.7 198.51.100.1 56324 443");
        var pod = await gateway.HeadAsync(before: header);
        Assert.Equal(("127.0.0.1", "http", "80"), (pod["X-Forwarded-For"], pod["X-Forwarded-Proto"], pod["X-Forwarded-Port"]));
        Assert.Equal("127.0.0.1", (await gateway.SecureHeadAsync(before: header))["X-Forwarded-For"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("PROXY TCP4 203.0.113.7 198.51.100.1 56324\r\n")]
    [InlineData("PROXY TCP4 203.0.113.999 198.51.100.1 56324 80\r\n")]
    [InlineData("\r\n\r\n")]
    public async Task AConnectionWithoutAHeaderIsClosed(string before)
    {
        await using var gateway = await TrustingGateway.StartAsync(On);
        Assert.Equal("", (await gateway.HeadAsync(before: Encoding.ASCII.GetBytes(before))).Answer);
        await Assert.ThrowsAnyAsync<Exception>(() => gateway.SecureHeadAsync(before: Encoding.ASCII.GetBytes(before)));
    }

    [Fact]
    public async Task ASilentConnectionIsClosedAndHoldsUpNobody()
    {
        // Long enough for who speaks at once, on however busy a machine.
        await using var gateway = await TrustingGateway.StartAsync(On with { ProxyHeaderTimeout = TimeSpan.FromSeconds(5) });
        using var silent = await RawClient.ConnectAsync(gateway.Gateway.HttpPort);
        using var slow = await RawClient.ConnectAsync(gateway.Gateway.HttpsPort);
        await slow.SendAsync("PROXY TCP4");
        var pod = await gateway.HeadAsync(before: Line("PROXY TCP4 203.0.113.7 198.51.100.1 56324 80"));
        Assert.Equal("203.0.113.7", pod["X-Forwarded-For"]);
        Assert.Equal("", await silent.ReadToEndAsync());
        Assert.Equal("", await slow.ReadToEndAsync());
    }

    [Fact]
    public async Task AHeaderMayComeInPieces()
    {
        await using var gateway = await TrustingGateway.StartAsync(On);
        using var client = await RawClient.ConnectAsync(gateway.Gateway.HttpPort);
        foreach (var piece in (string[])["P", "ROXY TCP4 203.0.113.7 198.51", ".100.1 56324 80\r", "\nGET / HTTP/1.1\r\nHost: a.io\r\nConnection: close\r\n\r\n"])
        {
            await client.SendAsync(piece);
            await Task.Yield();
        }
        Assert.Equal("203.0.113.7", new HeadAtPod(await client.ReadToEndAsync())["X-Real-IP"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task EveryRequestOfAConnectionIsTheSameClients(int version)
    {
        await using var pod = await Origin.StartAsync(
            context => context.Response.WriteAsync(context.Request.Headers["X-Real-IP"].ToString(), Ct));
        await using var gateway = await TrustingGateway.StartAsync(On);
        gateway.Gateway.Serve("b.io", [pod.EndPoint]);
        foreach (var (port, scheme) in ((int, string)[])[(gateway.Gateway.HttpPort, "http"), (gateway.Gateway.HttpsPort, "https")])
        {
            var handler = Clients.Handler(port);
            handler.ConnectCallback = async (_, ct) =>
            {
                var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, port, ct);
                await socket.SendAsync(Line("PROXY TCP4 203.0.113.7 198.51.100.1 56324 80"), ct);
                return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
            };
            using var client = new HttpClient(handler)
            {
                DefaultRequestVersion = new Version(version, version == 1 ? 1 : 0),
                DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            for (var i = 0; i < 3; i++)
                Assert.Equal("203.0.113.7", await client.GetStringAsync($"{scheme}://b.io/", Ct));
        }
    }

    [Fact]
    public async Task ItIsTurnedOnAndOffForNewConnections()
    {
        await using var gateway = await TrustingGateway.StartAsync(new ClientSettings());
        var header = Line("PROXY TCP4 203.0.113.7 198.51.100.1 56324 80");
        Assert.Equal("127.0.0.1", (await gateway.HeadAsync())["X-Real-IP"]);
        Assert.StartsWith("HTTP/1.1 400", (await gateway.HeadAsync(before: header)).Answer);
        gateway.Set(On);
        Assert.Equal("203.0.113.7", (await gateway.HeadAsync(before: header))["X-Real-IP"]);
        Assert.Equal("", (await gateway.HeadAsync()).Answer);
        gateway.Set(new ClientSettings());
        Assert.Equal("127.0.0.1", (await gateway.HeadAsync())["X-Real-IP"]);
    }

    private static byte[] Line(string text) => Encoding.ASCII.GetBytes(text + "\r\n");
}
