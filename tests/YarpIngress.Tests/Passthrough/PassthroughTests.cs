using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using YarpIngress.Layer4.Passthrough;
using YarpIngress.Observability.AccessLog;
using YarpIngress.Pipeline.Blocked;
using YarpIngress.Pipeline.ClientAddress;
using YarpIngress.Tests.Layer4.Streams;
using YarpIngress.Tests.Proxy;
using YarpIngress.Tests.Upstream;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Tests.Passthrough;

/// <summary><c>ssl-passthrough</c> over sockets: who goes through, and who does not.</summary>
public sealed class PassthroughTests
{
    private const string Own = "pod.internal";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TheClientSeesThePodsOwnCertificateAndOtherHostsTheGateways()
    {
        await using var pod = await StartPodAsync();
        await using var gateway = await PassthroughGateway.StartAsync();
        gateway.Gateway.Serve("other.io", [pod.EndPoint], BackendProtocol.Https);
        // Nobody passes TLS through yet.
        Assert.NotEqual(Own, await gateway.CertificateAsync("a.io"));
        var connections = gateway.Pass("a.io", pod.EndPoint);
        gateway.Pass("*.w.io", pod.EndPoint);

        foreach (var name in (string[])["a.io", "A.IO", "x.w.io"])
            Assert.Equal(Own, await gateway.CertificateAsync(name));
        foreach (var name in (string[])["other.io", "unknown.io", "w.io", "x.y.w.io", ""])
            Assert.NotEqual(Own, await gateway.CertificateAsync(name));
        await Wait.UntilAsync(() => connections.Open == 0 && PassthroughEnds.All.Sum(connections.Ended) == 2, "two connections are over");
        Assert.True(connections.Bytes is { Received: > 400, Sent: > 400 });

        gateway.Gateway.SetHost("a.io", (PathMatch.Prefix, "/", new BackendKey("default", "pods", "a.io")));
        Assert.NotEqual(Own, await gateway.CertificateAsync("a.io"));
        gateway.Gateway.DataPlane.RemoveHost("*.w.io");
        Assert.NotEqual(Own, await gateway.CertificateAsync("x.w.io"));
    }

    [Fact]
    public async Task Http2IsSpokenWithThePodByItsOwnAlpn()
    {
        await using var pod = await StartPodAsync();
        await using var gateway = await PassthroughGateway.StartAsync();
        gateway.Pass("a.io", pod.EndPoint);
        using var client = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, $"https://127.0.0.1:{gateway.Port}/echo")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            // More than any buffer on the way.
            Content = new ByteArrayContent(new byte[3_000_000]),
        };
        request.Headers.Host = "a.io";
        using var answer = await client.SendAsync(request, Ct);
        Assert.Equal(3_000_000, (await answer.Content.ReadAsByteArrayAsync(Ct)).Length);
        Assert.Equal("HTTP/2", string.Concat(answer.Headers.GetValues("X-Protocol")));
        // Nothing of the gateway is in it.
        Assert.False(answer.Headers.Contains("X-Request-ID"));
    }

    [Fact]
    public async Task AHelloInSingleBytesIsReadAllTheSame()
    {
        await using var pod = await StartPodAsync();
        await using var gateway = await PassthroughGateway.StartAsync();
        gateway.Pass("a.io", pod.EndPoint);
        Assert.Equal(Own, await gateway.CertificateAsync("a.io", trickle: true));
        Assert.NotEqual(Own, await gateway.CertificateAsync("b.io", trickle: true));
    }

    [Fact]
    public async Task BehindAProxyItsHeaderComesFirstAndItsClientCounts()
    {
        await using var pod = await StartPodAsync();
        await using var gateway = await PassthroughGateway.StartAsync();
        gateway.Pass("a.io", new AddressPolicy { Allowed = AddressList.Parse("203.0.113.7") }, pod.EndPoint);
        gateway.Gateway.Services.GetRequiredService<ClientTrusts>().Set(new ClientSettings { ProxyProtocol = true });

        Assert.Equal(Own, await gateway.CertificateAsync("a.io", Encoding.ASCII.GetBytes("PROXY TCP4 203.0.113.7 198.51.100.1 56324 443\r\n")));
        await Assert.ThrowsAnyAsync<IOException>(
            () => gateway.CertificateAsync("a.io", Encoding.ASCII.GetBytes("PROXY TCP4 203.0.113.8 198.51.100.1 56324 443\r\n")));
        await Assert.ThrowsAnyAsync<IOException>(() => gateway.CertificateAsync("a.io"));
    }

    [Fact]
    public async Task AddressListsAndBlockCidrsAreKept()
    {
        await using var pod = await StartPodAsync();
        await using var gateway = await PassthroughGateway.StartAsync();
        var refused = gateway.Pass("refused.io", new AddressPolicy { Refused = AddressList.Parse("127.0.0.0/8") }, pod.EndPoint);
        gateway.Pass("allowed.io", new AddressPolicy { Allowed = AddressList.Parse("127.0.0.1") }, pod.EndPoint);
        gateway.Pass("others.io", new AddressPolicy { Allowed = AddressList.Parse("10.0.0.0/8") }, pod.EndPoint);

        Assert.Equal(Own, await gateway.CertificateAsync("allowed.io"));
        await Assert.ThrowsAnyAsync<IOException>(() => gateway.CertificateAsync("refused.io"));
        await Assert.ThrowsAnyAsync<IOException>(() => gateway.CertificateAsync("others.io"));
        await Wait.UntilAsync(() => refused.Ended(PassthroughEnd.Refused) == 1, "the refusal is counted");
        gateway.Gateway.Services.GetRequiredService<Blocks>().Set(new BlockSettings { Networks = AddressList.Parse("127.0.0.1") });
        await Assert.ThrowsAnyAsync<IOException>(() => gateway.CertificateAsync("allowed.io"));
        // Nor while nobody can tell who is asking.
        gateway.Gateway.Services.GetRequiredService<Blocks>().Set(BlockSettings.Nobody);
        gateway.Gateway.Services.GetRequiredService<ClientTrusts>().Set(new ClientSettings { Broken = "proxy-real-ip-cidr" });
        await Assert.ThrowsAnyAsync<IOException>(() => gateway.CertificateAsync("allowed.io"));
    }

    [Fact]
    public async Task APodThatIsGoneIsNotTheOnlyOne()
    {
        await using var pod = await StartPodAsync();
        using var nobody = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var gone = (IPEndPoint)nobody.LocalEndPoint!;
        await using var gateway = await PassthroughGateway.StartAsync();
        gateway.Pass("a.io", gone, pod.EndPoint);
        for (var i = 0; i < 4; i++)
            Assert.Equal(Own, await gateway.CertificateAsync("a.io"));
        var alone = gateway.Pass("a.io", gone);
        await Assert.ThrowsAnyAsync<IOException>(() => gateway.CertificateAsync("a.io"));
        await Wait.UntilAsync(() => alone.Ended(PassthroughEnd.NoPod) == 1, "the failure is counted");
        gateway.Pass("a.io");
        await Assert.ThrowsAnyAsync<IOException>(() => gateway.CertificateAsync("a.io"));
    }

    [Fact]
    public async Task HowOftenAndHowLongPodsAreTriedIsAsTheConfigMapSays()
    {
        await using var pod = await StartPodAsync();
        using var nobody = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var gateway = await PassthroughGateway.StartAsync();
        var connections = gateway.Pass("a.io", (IPEndPoint)nobody.LocalEndPoint!, pod.EndPoint);
        var hosts = gateway.Gateway.Services.GetRequiredService<PassthroughHosts>();
        StreamSettings[] once =
        [
            new() { NextUpstream = false }, new() { NextUpstreamTries = 1 }, new() { NextUpstreamTimeout = TimeSpan.FromTicks(1) },
        ];
        foreach (var settings in once)
        {
            hosts.Settings = settings;
            var before = connections.Ended(PassthroughEnd.NoPod);
            // Of two connections one begins with who takes none.
            for (var i = 0; i < 2; i++)
                await TryAsync(() => gateway.CertificateAsync("a.io"));
            await Wait.UntilAsync(() => connections.Ended(PassthroughEnd.NoPod) == before + 1, $"one failure with {settings}");
        }
        StreamSettings[] more = [new(), new() { NextUpstreamTries = 0 }, new() { NextUpstreamTimeout = TimeSpan.Zero }];
        foreach (var settings in more)
        {
            hosts.Settings = settings;
            for (var i = 0; i < 2; i++)
                Assert.Equal(Own, await gateway.CertificateAsync("a.io"));
        }
    }

    [Fact]
    public async Task ClientsOfAServiceWithAffinityKeepTheirPod()
    {
        await using var first = TcpPod.Answering("first");
        await using var second = TcpPod.Answering("second");
        await using var gateway = await PassthroughGateway.StartAsync();
        gateway.Pass("a.io", first.EndPoint, second.EndPoint);
        Assert.Empty(gateway.Gateway.DataPlane.SetBackend(new Backend
        {
            Key = new BackendKey("default", "pods", "a.io"),
            Protocol = BackendProtocol.Https,
            Endpoints = new[] { first.EndPoint, second.EndPoint }
                .Select(pod => new Translation.Model.Endpoint(pod.Address.ToString(), pod.Port)).ToEquatableArray(),
            Balancing = BalancingPolicy.None with { Algorithm = BalancingAlgorithm.SourceHash },
        }));
        var pods = new HashSet<string>();
        for (var n = 1; n <= 30; n++)
        {
            var address = IPAddress.Parse($"127.0.3.{n}");
            var pod = await PodOfAsync(address);
            for (var i = 0; i < 3; i++)
                Assert.Equal(pod, await PodOfAsync(address));
            pods.Add(pod);
        }
        Assert.Equal(["first", "second"], pods.Order());

        async Task<string> PodOfAsync(IPAddress client)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(client, 0));
            await socket.ConnectAsync(IPAddress.Loopback, gateway.Port, Ct);
            await using var stream = new NetworkStream(socket);
            await stream.WriteAsync(Hello.For("a.io"), Ct);
            socket.Shutdown(SocketShutdown.Send);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            return (await reader.ReadToEndAsync(Ct)).Split(':')[0];
        }
    }

    private static async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (IOException)
        {
            return;
        }
    }

    [Fact]
    public async Task ASilentClientIsNotWaitedForAndHalfAMessageIsForTls()
    {
        await using var pod = await StartPodAsync();
        await using var gateway = await PassthroughGateway.StartAsync(new PassthroughLimits { HelloTimeout = TimeSpan.FromMilliseconds(300) });
        gateway.Pass("a.io", pod.EndPoint);
        foreach (var length in (int[])[0, 1, 60])
        {
            using var silent = await gateway.ConnectAsync();
            await silent.SendAsync(Hello.For("a.io")[..length], Ct);
            Assert.Equal(0, await ReceiveAsync(silent));
        }
        using var half = await gateway.ConnectAsync();
        await half.SendAsync(Hello.For("a.io")[..60], Ct);
        half.Shutdown(SocketShutdown.Send);
        await ReceiveAsync(half);
        // A busy machine may let even a client that speaks at once be late.
        await Wait.ForAsync(
            async () =>
            {
                var seen = "nothing";
                await TryAsync(async () => seen = await gateway.CertificateAsync("a.io"));
                return seen;
            },
            seen => seen == Own,
            "the pod's certificate");
    }

    [Fact]
    public async Task ARequestForTheHostOnAConnectionThatEndsHereGoesElsewhere()
    {
        await using var pod = await StartPodAsync();
        await using var gateway = await PassthroughGateway.StartAsync();
        gateway.Gateway.Serve("other.io", [pod.EndPoint], BackendProtocol.Https);
        gateway.Pass("a.io", pod.EndPoint);
        Assert.StartsWith("HTTP/1.1 200 ", await gateway.AskAsync("other.io", host: "other.io"));
        Assert.StartsWith("HTTP/1.1 421 ", await gateway.AskAsync("other.io", host: "a.io"));
        Assert.StartsWith("HTTP/1.1 421 ", await gateway.AskAsync("", host: "a.io"));
        Assert.StartsWith("HTTP/1.1 200 ", await gateway.AskAsync("a.io", host: "other.io"));
        // In clear it is a host as any other.
        Assert.StartsWith(
            "HTTP/1.1 200 ", await RawClient.ExchangeAsync(gateway.Gateway.HttpPort, "GET / HTTP/1.1\r\nHost: a.io\r\nConnection: close\r\n\r\n"));
    }

    [Fact]
    public async Task EachConnectionIsALineOfTheStreamLog()
    {
        await using var pod = await StartPodAsync();
        using var log = new MemoryStream();
        await using (var gateway = await PassthroughGateway.StartAsync(standardOutput: log))
        {
            gateway.Gateway.Services.GetRequiredService<AccessLogger>().Configure(
                new AccessLogSettings { StreamFormat = "$protocol $status $upstream_addr $ssl_preread_server_name" });
            var served = gateway.Pass("a.io", pod.EndPoint);
            var refused = gateway.Pass("b.io", new AddressPolicy { Allowed = AddressList.Parse("10.0.0.0/8") }, pod.EndPoint);
            Assert.Equal(Own, await gateway.CertificateAsync("a.io"));
            await Assert.ThrowsAnyAsync<IOException>(() => gateway.CertificateAsync("b.io"));
            await Wait.UntilAsync(() => PassthroughEnds.All.Sum(served.Ended) == 1 && refused.Ended(PassthroughEnd.Refused) == 1, "both are over");
        }
        var lines = Encoding.UTF8.GetString(log.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains($"TCP 200 {pod.EndPoint} a.io", lines);
        Assert.Contains("TCP 403 - b.io", lines);
    }

    [Fact]
    public async Task WithoutTheFlagNobodyLooks()
    {
        await using var pod = await StartPodAsync();
        await using var gateway = new PassthroughGateway(await Gateway.StartAsync());
        gateway.Pass("a.io", pod.EndPoint);
        Assert.NotEqual(Own, await gateway.CertificateAsync("a.io"));
    }

    /// <summary>Reads to the end, which may be a broken one.</summary>
    private static async Task<int> ReceiveAsync(Socket socket)
    {
        try
        {
            var all = 0;
            var buffer = new byte[4096];
            while (await socket.ReceiveAsync(buffer, Ct) is > 0 and var bytes)
                all += bytes;
            return all;
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    private static Task<Origin> StartPodAsync() => Origin.StartAsync(
        async context =>
        {
            context.Response.Headers["X-Protocol"] = context.Request.Protocol;
            // Whole: a client that has a body to send reads nothing meanwhile.
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            await context.Response.Body.WriteAsync(body.ToArray(), context.RequestAborted);
        },
        HttpProtocols.Http1AndHttp2, TlsPods.Serve);
}
