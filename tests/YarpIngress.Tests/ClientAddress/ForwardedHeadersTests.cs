using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using YarpIngress.Tests.Proxy;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Tests.ClientAddress;

/// <summary><c>use-forwarded-headers</c>, <c>enable-real-ip</c> and what goes with them: what pods are told of a client.</summary>
public sealed class ForwardedHeadersTests
{
    // Every way in which a client could try to pass for somebody else.
    private const string Spoofed =
        "X-Forwarded-For: 192.0.2.66\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.io\r\nX-Forwarded-Port: 6666\r\n"
        + "X-Forwarded-Scheme: https\r\nX-Scheme: https\r\nX-Real-IP: 192.0.2.66\r\nForwarded: for=192.0.2.66;proto=https\r\n"
        + "X-Original-Forwarded-For: 192.0.2.66\r\nCF-Connecting-IP: 192.0.2.66\r\nTrue-Client-IP: 192.0.2.66\r\nX-Client-IP: 192.0.2.66\r\n";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static readonly ClientSettings On = new() { ForwardedHeaders = true };

    [Fact]
    public async Task WithoutTrustNothingThatAClientSaysCounts()
    {
        ClientSettings[] settings =
        [
            new(), new() { FullForwardedFor = true }, new() { ForwardedForHeader = "CF-Connecting-IP" },
            On with { TrustedProxies = AddressList.Parse("192.0.2.0/24") },
            On with { TrustedProxies = AddressList.Parse("192.0.2.0/24"), FullForwardedFor = true },
            new() { RealIp = true, TrustedProxies = AddressList.None },
            On with { TrustedProxies = AddressList.None, Broken = "proxy-real-ip-cidr" },
        ];
        await using var gateway = await TrustingGateway.StartAsync(new ClientSettings());
        foreach (var one in settings)
        {
            gateway.Set(one);
            foreach (var (pod, scheme, port) in (IEnumerable<(HeadAtPod, string, string)>)[
                (await gateway.HeadAsync(Spoofed), "http", "80"), (await gateway.SecureHeadAsync(Spoofed), "https", "443")])
            {
                Assert.Equal("127.0.0.1", pod["X-Real-IP"]);
                Assert.Equal("127.0.0.1", pod["X-Forwarded-For"]);
                Assert.Equal("192.0.2.66", pod["X-Original-Forwarded-For"]);
                Assert.Equal("a.io", pod["X-Forwarded-Host"]);
                Assert.Equal("evil.io", pod["X-Original-Forwarded-Host"]);
                Assert.Equal("a.io", pod["Host"]);
                Assert.Equal((scheme, scheme, scheme, port),
                    (pod["X-Forwarded-Proto"], pod["X-Forwarded-Scheme"], pod["X-Scheme"], pod["X-Forwarded-Port"]));
            }
        }
    }

    [Fact]
    public async Task ATrustedProxyTellsWhoAskedAndHow()
    {
        await using var gateway = await TrustingGateway.StartAsync(On);
        var pod = await gateway.HeadAsync(
            "X-Forwarded-For: 6.6.6.6, 203.0.113.7, 10.0.0.2\r\nX-Forwarded-Proto: https, http\r\nX-Forwarded-Host: shop.io:8443, a.io\r\n"
            + "X-Forwarded-Port: 8443, 80\r\n");
        Assert.Equal("203.0.113.7", pod["X-Real-IP"]);
        Assert.Equal("203.0.113.7", pod["X-Forwarded-For"]);
        Assert.Equal("6.6.6.6, 203.0.113.7, 10.0.0.2", pod["X-Original-Forwarded-For"]);
        Assert.Equal("shop.io:8443", pod["X-Forwarded-Host"]);
        // Though the route is the one of the Host header.
        Assert.Equal("shop.io:8443", pod["Host"]);
        Assert.Equal(("https", "https", "https", "8443"),
            (pod["X-Forwarded-Proto"], pod["X-Forwarded-Scheme"], pod["X-Scheme"], pod["X-Forwarded-Port"]));
    }

    [Theory]
    [InlineData("X-Forwarded-Proto: https\r\n", "https", "443", "a.io")]
    [InlineData("X-Forwarded-Proto: HTTPS\r\n", "https", "443", "a.io")]
    [InlineData("X-Forwarded-Proto: myproto\r\n", "myproto", "80", "a.io")]
    [InlineData("X-Forwarded-Proto: ht tp\r\nX-Forwarded-Port: 0\r\nX-Forwarded-Host: a b\r\n", "http", "80", "a.io")]
    [InlineData("X-Forwarded-Proto: \r\nX-Forwarded-Port: x\r\nX-Forwarded-Host: \r\n", "http", "80", "a.io")]
    [InlineData("X-Forwarded-Proto: https://\r\nX-Forwarded-Port: 65536\r\nX-Forwarded-Host: b.io/path\r\n", "http", "80", "a.io")]
    [InlineData("X-Forwarded-Host: b.io:81\r\n", "http", "81", "b.io:81")]
    [InlineData("X-Forwarded-Port: 8080\r\n", "http", "8080", "a.io")]
    public async Task WhatIsMissingOrMalformedIsAsTheGatewaySawIt(string headers, string scheme, string port, string host)
    {
        await using var gateway = await TrustingGateway.StartAsync(On);
        var pod = await gateway.HeadAsync(headers);
        Assert.Equal((scheme, port, host, "127.0.0.1"),
            (pod["X-Forwarded-Proto"], pod["X-Forwarded-Port"], pod["X-Forwarded-Host"], pod["X-Forwarded-For"]));
    }

    [Fact]
    public async Task ComputeFullForwardedForAddsThePeer()
    {
        await using var gateway = await TrustingGateway.StartAsync(On with { FullForwardedFor = true });
        var pod = await gateway.HeadAsync("X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 203.0.113.7\r\n");
        Assert.Equal("6.6.6.6,203.0.113.7, 127.0.0.1", pod["X-Forwarded-For"]);
        Assert.Equal("203.0.113.7", pod["X-Real-IP"]);
        Assert.Equal("127.0.0.1", (await gateway.HeadAsync())["X-Forwarded-For"]);
    }

    [Fact]
    public async Task EnableRealIpTakesTheAddressAndNothingElse()
    {
        await using var gateway = await TrustingGateway.StartAsync(new ClientSettings { RealIp = true, FullForwardedFor = true });
        var pod = await gateway.HeadAsync(Spoofed);
        Assert.Equal(("192.0.2.66", "192.0.2.66", "http", "80", "a.io"),
            (pod["X-Real-IP"], pod["X-Forwarded-For"], pod["X-Forwarded-Proto"], pod["X-Forwarded-Port"], pod["X-Forwarded-Host"]));
    }

    [Fact]
    public async Task AnotherHeaderCanHaveTheAddress()
    {
        await using var gateway = await TrustingGateway.StartAsync(On with
        {
            ForwardedForHeader = "CF-Connecting-IP",
            ForwardedHostHeader = "X-Asked-Host",
        });
        var pod = await gateway.HeadAsync(
            "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Host: evil.io\r\nCF-Connecting-IP: 203.0.113.7\r\nX-Asked-Host: shop.io\r\n");
        Assert.Equal(("203.0.113.7", "203.0.113.7", "203.0.113.7", "shop.io", "shop.io"),
            (pod["X-Real-IP"], pod["X-Forwarded-For"], pod["X-Original-Forwarded-For"], pod["X-Forwarded-Host"], pod["X-Original-Forwarded-Host"]));
    }

    [Fact]
    public async Task BehindTheProxyProtocolOnlyAProxysHeadersCount()
    {
        await using var gateway = await TrustingGateway.StartAsync(On with { ProxyProtocol = true });
        // A client that a load balancer of layer 4 passed on.
        var client = await gateway.HeadAsync(Spoofed, Encoding.ASCII.GetBytes("PROXY TCP4 203.0.113.7 10.0.0.1 56324 80\r\n"));
        Assert.Equal(("203.0.113.7", "http", "a.io"), (client["X-Real-IP"], client["X-Forwarded-Proto"], client["X-Forwarded-Host"]));
        // A proxy of ours that it passed on.
        var proxy = await gateway.HeadAsync(Spoofed, Encoding.ASCII.GetBytes("PROXY TCP4 10.0.0.9 10.0.0.1 56324 80\r\n"));
        Assert.Equal(("192.0.2.66", "https", "evil.io"), (proxy["X-Real-IP"], proxy["X-Forwarded-Proto"], proxy["X-Forwarded-Host"]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task PodsOfHttp2AndClientsOfHttp2AreToldTheSame(int version)
    {
        await using var pod = await Origin.StartAsync(
            context => context.Response.WriteAsync(string.Join('|', ((string[])["X-Real-IP", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host",
                "X-Forwarded-Port", "X-Original-Forwarded-For", "X-Scheme", "Host"]).Select(name => context.Request.Headers[name].ToString()))),
            HttpProtocols.Http2);
        await using var gateway = await TrustingGateway.StartAsync(new ClientSettings());
        gateway.Gateway.Serve("h2.io", [pod.EndPoint], BackendProtocol.H2c);
        using var client = Clients.To(gateway.Gateway.HttpPort, new Version(version, version == 1 ? 1 : 0));
        foreach (var (name, value) in ((string, string)[])[
            ("X-Forwarded-For", "203.0.113.7"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "shop.io"), ("X-Real-IP", "6.6.6.6")])
            client.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        Assert.Equal("127.0.0.1|127.0.0.1|http|h2.io|80|203.0.113.7|http|h2.io", await client.GetStringAsync("http://h2.io/", Ct));
        gateway.Set(On);
        Assert.Equal("203.0.113.7|203.0.113.7|https|shop.io|443|203.0.113.7|https|shop.io", await client.GetStringAsync("http://h2.io/", Ct));
    }

    [Fact]
    public async Task ThePortIsThatOfTheHostWhereNobodyTellsAnother()
    {
        await using var gateway = await TrustingGateway.StartAsync(On);
        var pod = await gateway.HeadAsync("X-Forwarded-For: 203.0.113.7\r\n", host: "a.io:8080");
        Assert.Equal(("8080", "a.io:8080"), (pod["X-Forwarded-Port"], pod["X-Forwarded-Host"]));
    }
}
