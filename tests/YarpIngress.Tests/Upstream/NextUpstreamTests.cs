using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using YarpIngress.Tests.Proxy;
using YarpIngress.Translation.Model;

namespace YarpIngress.Tests.Upstream;

/// <summary><c>proxy-next-upstream*</c>: when another pod is asked, and when never.</summary>
public sealed class NextUpstreamTests
{
    public static TheoryData<BackendProtocol> Protocols => [BackendProtocol.Http, BackendProtocol.H2c];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task ProxyNextUpstreamPassesOverTheStatusesThatItNames(BackendProtocol protocol)
    {
        await using var bad = await StatusPodAsync(503, protocol);
        await using var good = await StatusPodAsync(200, protocol);
        await using var gateway = await Gateway.StartAsync();
        gateway.ServeAnnotated("retry.io", [bad.EndPoint, good.EndPoint], Annotations("http_503"), protocol);
        gateway.ServeAnnotated("other.io", [bad.EndPoint, good.EndPoint], Annotations("http_502"), protocol);

        Assert.All(await StatusesAsync(gateway, "retry.io", HttpMethod.Get), status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Contains(HttpStatusCode.ServiceUnavailable, await StatusesAsync(gateway, "other.io", HttpMethod.Get));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task TheLastTrysAnswerIsPassedOnWholeWhateverItsStatus(BackendProtocol protocol)
    {
        var tries = 0;
        await using var pod = await Origin.StartAsync(
            async context =>
            {
                context.Response.StatusCode = 503;
                context.Response.Headers["X-Try"] = $"{Interlocked.Increment(ref tries)}";
                await context.Response.WriteAsync("the pod's own words");
            },
            Spoken(protocol));
        await using var gateway = await Gateway.StartAsync();
        gateway.ServeAnnotated(
            "a.io", [pod.EndPoint],
            new Dictionary<string, string> { ["proxy-next-upstream"] = "http_503", ["proxy-next-upstream-tries"] = "4" }, protocol);
        using var client = Clients.To(gateway.HttpPort, HttpVersion.Version11);
        using var response = await client.GetAsync("http://a.io/", Ct);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("4", Assert.Single(response.Headers.GetValues("X-Try")));
        Assert.Equal("the pod's own words", await response.Content.ReadAsStringAsync(Ct));
        Assert.Equal(4, tries);
    }

    [Theory]
    [InlineData("POST", "http_503", "on", false)]
    [InlineData("POST", "http_503 non_idempotent", "on", true)]
    [InlineData("PUT", "http_503", "on", true)]
    [InlineData("PUT", "http_503", "off", false)]
    [InlineData("POST", "http_503 non_idempotent", "off", false)]
    public async Task ARequestWithABodyIsSentAgainOnlyWhenItCanBe(string method, string conditions, string buffering, bool isRetried)
    {
        foreach (var protocol in new[] { BackendProtocol.Http, BackendProtocol.Https })
        {
            await using var bad = await EchoAsync(503, protocol);
            await using var good = await EchoAsync(200, protocol);
            await using var gateway = await Gateway.StartAsync();
            gateway.ServeAnnotated(
                "a.io", [bad.EndPoint, good.EndPoint],
                new Dictionary<string, string>
                {
                    ["proxy-next-upstream"] = conditions,
                    ["proxy-request-buffering"] = buffering,
                    ["client-body-buffer-size"] = "1k",
                },
                protocol);
            using var client = Clients.To(gateway.HttpPort, HttpVersion.Version11);
            var sent = new string('x', 100_000);
            var statuses = new HashSet<HttpStatusCode>();
            for (var i = 0; i < 4; i++)
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), "http://a.io/") { Content = new StringContent(sent) };
                using var response = await client.SendAsync(request, Ct);
                statuses.Add(response.StatusCode);
                // Whole, however often it was sent.
                Assert.Equal(sent, await response.Content.ReadAsStringAsync(Ct));
            }
            Assert.Equal(!isRetried, statuses.Contains(HttpStatusCode.ServiceUnavailable));
        }
    }

    [Fact]
    public async Task ProxyNextUpstreamOffTriesNoOther()
    {
        await using var dead = RawOrigin.Answering("");
        await using var pod = await Origin.StartAsync("pod");
        await using var gateway = await Gateway.StartAsync();
        gateway.ServeAnnotated("off.io", [dead.EndPoint, pod.EndPoint], Annotations("off"));
        gateway.ServeAnnotated("error.io", [dead.EndPoint, pod.EndPoint], Annotations("error"));
        Assert.Contains(HttpStatusCode.BadGateway, await StatusesAsync(gateway, "off.io", HttpMethod.Get));
        Assert.DoesNotContain(HttpStatusCode.BadGateway, await StatusesAsync(gateway, "error.io", HttpMethod.Get));
        // The pod may have acted on it.
        Assert.Contains(HttpStatusCode.BadGateway, await StatusesAsync(gateway, "error.io", HttpMethod.Post));
    }

    [Fact]
    public async Task InvalidHeaderIsACondition()
    {
        await using var broken = RawOrigin.Answering("nonsense\r\n\r\n");
        await using var pod = await Origin.StartAsync("pod");
        await using var gateway = await Gateway.StartAsync();
        gateway.ServeAnnotated("named.io", [broken.EndPoint, pod.EndPoint], Annotations("invalid_header"));
        gateway.ServeAnnotated("default.io", [broken.EndPoint, pod.EndPoint], new Dictionary<string, string>());
        Assert.DoesNotContain(HttpStatusCode.BadGateway, await StatusesAsync(gateway, "named.io", HttpMethod.Get));
        Assert.Contains(HttpStatusCode.BadGateway, await StatusesAsync(gateway, "default.io", HttpMethod.Get));
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("2", 2)]
    [InlineData("0", 3)]
    public async Task ProxyNextUpstreamTriesCountsTheFirst(string tries, int expected)
    {
        var asked = 0;
        Task<Origin> PodAsync() => Origin.StartAsync(context =>
        {
            Interlocked.Increment(ref asked);
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        });
        await using var one = await PodAsync();
        await using var two = await PodAsync();
        await using var three = await PodAsync();
        await using var gateway = await Gateway.StartAsync();
        gateway.ServeAnnotated(
            "a.io", [one.EndPoint, two.EndPoint, three.EndPoint],
            new Dictionary<string, string> { ["proxy-next-upstream"] = "http_500", ["proxy-next-upstream-tries"] = tries });
        Assert.Equal(HttpStatusCode.InternalServerError, await Clients.StatusAsync(gateway, "a.io"));
        Assert.Equal(expected, asked);
    }

    [Fact]
    public async Task ATimeoutPassesToAnotherPodAndProxyNextUpstreamTimeoutEndsThat()
    {
        await using var silent = Silent();
        await using var pod = await Origin.StartAsync("pod");
        await using var gateway = await Gateway.StartAsync();
        var slow = new Dictionary<string, string> { ["proxy-read-timeout"] = "8" };
        gateway.ServeAnnotated("again.io", [silent.EndPoint, pod.EndPoint], slow);
        gateway.ServeAnnotated(
            "late.io", [silent.EndPoint, pod.EndPoint], new Dictionary<string, string>(slow) { ["proxy-next-upstream-timeout"] = "1" });
        var answers = await Task.WhenAll(
            Clients.StatusAsync(gateway, "again.io"), Clients.StatusAsync(gateway, "again.io"),
            Clients.StatusAsync(gateway, "late.io"), Clients.StatusAsync(gateway, "late.io"));
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], answers[..2]);
        Assert.Contains(HttpStatusCode.GatewayTimeout, answers[2..]);
    }

    internal static RawOrigin Silent() => new(async (stream, ct) => await stream.CopyToAsync(Stream.Null, ct));

    private static Dictionary<string, string> Annotations(string conditions) => new() { ["proxy-next-upstream"] = conditions };

    private static HttpProtocols Spoken(BackendProtocol protocol) =>
        protocol is BackendProtocol.H2c ? HttpProtocols.Http2 : HttpProtocols.Http1;

    private static Task<Origin> StatusPodAsync(int status, BackendProtocol protocol) => Origin.StartAsync(
        async context =>
        {
            context.Response.StatusCode = status;
            await context.Response.WriteAsync($"{status}");
        },
        Spoken(protocol));

    private static Task<Origin> EchoAsync(int status, BackendProtocol protocol) => Origin.StartAsync(
        async context =>
        {
            using var all = new MemoryStream();
            await context.Request.Body.CopyToAsync(all, context.RequestAborted);
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(Encoding.UTF8.GetString(all.ToArray()));
        },
        HttpProtocols.Http1,
        protocol is BackendProtocol.Https ? TlsPods.Serve : null);

    private static async Task<List<HttpStatusCode>> StatusesAsync(Gateway gateway, string host, HttpMethod method)
    {
        using var client = Clients.To(gateway.HttpPort, HttpVersion.Version11);
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 4; i++)
        {
            using var response = await client.SendAsync(new HttpRequestMessage(method, $"http://{host}/"), Ct);
            statuses.Add(response.StatusCode);
        }
        return statuses;
    }
}
