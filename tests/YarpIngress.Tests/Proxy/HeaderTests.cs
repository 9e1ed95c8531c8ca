using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace YarpIngress.Tests.Proxy;

/// <summary>What exactly a pod is sent, and what exactly a client gets.</summary>
public sealed class HeaderTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/a%20b//c/%2F?x=%zz")]
    [InlineData("/")]
    [InlineData("/?")]
    [InlineData("/a/../b/./c?d=/../e")]
    [InlineData("/%7Euser/~user/%41?a=b&a=%20+c")]
    [InlineData("/a\\b|c^d`e{f}\"<>?\"<>{}|\\^`[]")]
    [InlineData("//host/path")]
    [InlineData("/caf%C3%A9/%c3%a9")]
    [InlineData("/a;b=c:d@e!$&'()*+,")]
    public async Task ThePodSeesTheTargetByteForByte(string target)
    {
        await using var pod = RawOrigin.EchoingHeads();
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);

        var answer = await RawClient.ExchangeAsync(gateway.HttpPort, $"GET {target} HTTP/1.1\r\nHost: a.io\r\nConnection: close\r\n\r\n");
        Assert.Contains($"\r\n\r\nGET {target} HTTP/1.1\r\n", answer);
    }

    [Theory]
    [InlineData("http://a.io/x?y", "/x?y")]
    [InlineData("http://a.io", "/")]
    [InlineData("http://a.io?y", "/?y")]
    public async Task AnAbsoluteTargetReachesThePodInOriginForm(string target, string expected)
    {
        await using var pod = RawOrigin.EchoingHeads();
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);

        var answer = await RawClient.ExchangeAsync(gateway.HttpPort, $"GET {target} HTTP/1.1\r\nHost: a.io\r\nConnection: close\r\n\r\n");
        Assert.Contains($"\r\n\r\nGET {expected} HTTP/1.1\r\n", answer);
    }

    [Fact]
    public async Task ThePodSeesTheTargetByteForByteOverHttp2()
    {
        await using var pod = await Origin.StartAsync(context => context.Response.WriteAsync(RawTarget(context)));
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        using var client = Clients.To(gateway.HttpPort, HttpVersion.Version20);
        var uri = new Uri("http://a.io/a%20b//c/%2F?x=%zz", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        Assert.Equal("/a%20b//c/%2F?x=%zz", await client.GetStringAsync(uri, Ct));
    }

    [Fact]
    public async Task ForwardedHeadersSayWhatTheGatewaySaw()
    {
        var (head, _) = await HeadAtPodAsync(
            "GET /p HTTP/1.1\r\nHost: A.io:8080\r\n"
            + "X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Host: evil.io\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Port: 1\r\n"
            + "X-Forwarded-Scheme: https\r\nX-Scheme: https\r\nX-Real-IP: 1.2.3.4\r\nX-Original-Forwarded-For: 5.6.7.8\r\n"
            + "Connection: close\r\n\r\n");

        Assert.Equal(["A.io:8080"], head["Host"]);
        Assert.Equal(["127.0.0.1"], head["X-Real-IP"]);
        Assert.Equal(["127.0.0.1"], head["X-Forwarded-For"]);
        Assert.Equal(["A.io:8080"], head["X-Forwarded-Host"]);
        // The one that the client asked at, wherever this process listens.
        Assert.Equal(["8080"], head["X-Forwarded-Port"]);
        Assert.Equal(["http"], head["X-Forwarded-Proto"]);
        Assert.Equal(["http"], head["X-Forwarded-Scheme"]);
        Assert.Equal(["http"], head["X-Scheme"]);
        Assert.Equal(["1.2.3.4"], head["X-Original-Forwarded-For"]);
        Assert.Equal(["evil.io"], head["X-Original-Forwarded-Host"]);
    }

    [Fact]
    public async Task WithoutForwardedHeadersOfTheClientThereAreNoOriginalOnes()
    {
        var (head, _) = await HeadAtPodAsync(
            "GET / HTTP/1.1\r\nHost: a.io\r\nX-Original-Forwarded-For: 5.6.7.8\r\nConnection: close\r\n\r\n");
        Assert.Empty(head["X-Original-Forwarded-For"]);
        Assert.Empty(head["X-Original-Forwarded-Host"]);
    }

    [Theory]
    [InlineData("abc-123_X.y", true)]
    [InlineData("<script>", false)]
    [InlineData("a b", false)]
    [InlineData("", false)]
    public async Task ASaneRequestIdIsKept(string sent, bool kept)
    {
        var (head, _) = await HeadAtPodAsync($"GET / HTTP/1.1\r\nHost: a.io\r\nX-Request-ID: {sent}\r\nConnection: close\r\n\r\n");
        var id = Assert.Single(head["X-Request-ID"]);
        if (kept)
            Assert.Equal(sent, id);
        else
            Assert.Matches("^[0-9a-f]{32}$", id);
    }

    [Fact]
    public async Task HopByHopAndDangerousHeadersDoNotReachThePod()
    {
        var (head, _) = await HeadAtPodAsync(
            "GET / HTTP/1.0\r\nHost: a.io\r\nConnection: X-Hop, Host, X-Real-IP, (odd)\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\n"
            + "Proxy-Connection: keep-alive\r\nProxy-Authorization: Basic eDp5\r\nTE: trailers\r\nUpgrade: h2c\r\nHTTP2-Settings: "
            + "AAMAAABk\r\n"
            + "Proxy: http://evil\r\nX_Real_IP: 6.6.6.6\r\nX.Dotted: 1\r\nUpgrade-Insecure-Requests: 1\r\nX-Kept: 1\r\nX-Kept: "
            + "2\r\nAuthorization: Basic eDp5\r\n\r\n");

        string[] gone =
        [
            "X-Hop", "Keep-Alive", "Proxy-Connection", "Proxy-Authorization", "TE", "Upgrade", "HTTP2-Settings", "Proxy", "X_Real_IP",
            "X.Dotted",
        ];
        Assert.All(gone, name => Assert.Empty(head[name]));
        Assert.Equal(["a.io"], head["Host"]);
        Assert.Equal(["127.0.0.1"], head["X-Real-IP"]);
        Assert.Equal(["1"], head["Upgrade-Insecure-Requests"]);
        Assert.Equal("1,2", string.Join(',', head["X-Kept"].SelectMany(value => value.Split(", "))));
        Assert.Equal(["Basic eDp5"], head["Authorization"]);
    }

    [Fact]
    public async Task BytesThatAreNoUtf8PassInHeadersBothWays()
    {
        await using var pod = RawOrigin.Answering(
            "HTTP/1.1 200 OK\r\nX-Bytes: \u00e9\u00ff\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        await using var echo = RawOrigin.EchoingHeads();
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        gateway.Serve("echo.io", [echo.EndPoint]);

        Assert.Contains("X-Bytes: \u00e9\u00ff\r\n", await RawClient.ExchangeAsync(
            gateway.HttpPort, "GET / HTTP/1.1\r\nHost: a.io\r\nConnection: close\r\n\r\n"));
        Assert.Contains("X-Bytes: \u00e9\u00ff\r\n", await RawClient.ExchangeAsync(
            gateway.HttpPort, "GET / HTTP/1.1\r\nHost: echo.io\r\nX-Bytes: \u00e9\u00ff\r\nConnection: close\r\n\r\n"));
    }

    [Fact]
    public async Task TheClientGetsThePodsHeadersButThoseOfTheHop()
    {
        await using var pod = RawOrigin.Answering(
            "HTTP/1.1 201 Made Up\r\nServer: secret/1.0\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\n"
            + "X-Accel-Redirect: /internal\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nETag: "
            + "\"x\"\r\nContent-Length: 2\r\n\r\nok");
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);

        var answer = await RawClient.ExchangeAsync(gateway.HttpPort, "GET / HTTP/1.1\r\nHost: a.io\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 201 Made Up\r\n", answer);
        Assert.Contains("Server: yarp-ingress\r\n", answer);
        Assert.DoesNotContain("secret", answer);
        Assert.DoesNotContain("X-Hop", answer);
        Assert.DoesNotContain("Keep-Alive", answer);
        Assert.DoesNotContain("X-Accel", answer);
        Assert.Contains("Date: Mon, 01 Jan 2024 00:00:00 GMT\r\n", answer);
        Assert.Contains("Set-Cookie: a=1\r\nSet-Cookie: b=2\r\n", answer);
        Assert.Contains("ETag: \"x\"\r\n", answer);
        Assert.EndsWith("\r\n\r\nok", answer);
    }

    [Fact]
    public async Task LargeHeadersPassAndTooLargeOnesAreRefused()
    {
        await using var pod = await Origin.StartAsync(async context =>
        {
            context.Response.Headers["X-Back"] = context.Request.Headers["X-Large"];
            await context.Response.WriteAsync("ok");
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);

        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            using var client = Clients.To(gateway.HttpPort, version);
            var large = new string('x', 40_000);
            using var request = new HttpRequestMessage(HttpMethod.Get, "http://a.io/")
            {
                Version = version,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            request.Headers.Add("X-Large", large);
            using var response = await client.SendAsync(request, Ct);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(large, Assert.Single(response.Headers.GetValues("X-Back")));
        }

        var refused = await RawClient.ExchangeAsync(
            gateway.HttpPort, $"GET / HTTP/1.1\r\nHost: a.io\r\nX-Large: {new string('x', 70_000)}\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 431 ", refused);
        refused = await RawClient.ExchangeAsync(gateway.HttpPort, $"GET /{new string('x', 9_000)} HTTP/1.1\r\nHost: a.io\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 414 ", refused);
    }

    private static string RawTarget(HttpContext context) => context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;

    /// <summary>The headers that a pod gets for a request to a.io, and the port that it came in by.</summary>
    private static async Task<(ILookup<string, string> Head, int Port)> HeadAtPodAsync(string request)
    {
        await using var pod = RawOrigin.EchoingHeads();
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        var text = await RawClient.ExchangeAsync(gateway.HttpPort, request);
        var head = text[(text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]
            .Split("\r\n", StringSplitOptions.RemoveEmptyEntries)
            .Skip(1)
            .Select(line => line.Split(':', 2))
            .ToLookup(parts => parts[0], parts => parts[1].Trim(), StringComparer.OrdinalIgnoreCase);
        return (head, gateway.HttpPort);
    }
}
