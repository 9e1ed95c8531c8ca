using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using YarpIngress.Tests.Proxy;
using YarpIngress.Translation.Model;

namespace YarpIngress.Tests.Upstream;

/// <summary><c>proxy-body-size</c>: what is too large never becomes a whole request.</summary>
public sealed class BodySizeTests
{
    private const int Megabyte = 1024 * 1024;

    public static TheoryData<string, BackendProtocol, bool> Ways
    {
        get
        {
            var ways = new TheoryData<string, BackendProtocol, bool>();
            foreach (var version in new[] { "1.1", "2.0" })
            {
                foreach (var protocol in new[] { BackendProtocol.Http, BackendProtocol.H2c })
                {
                    ways.Add(version, protocol, true);
                    ways.Add(version, protocol, false);
                }
            }
            return ways;
        }
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task WithoutProxyBodySizeAMegabytePassesAndOneByteMoreIs413(string version, BackendProtocol protocol, bool knowsLength)
    {
        await using var pod = await CountingPodAsync(protocol);
        await using var gateway = await Gateway.StartAsync();
        gateway.ServeAnnotated("a.io", [pod.EndPoint], new Dictionary<string, string>(), protocol);
        using var client = Clients.To(gateway.HttpPort, Version.Parse(version));

        Assert.Equal((HttpStatusCode.OK, $"{Megabyte}"), await PostAsync(client, Megabyte, knowsLength));
        var (status, body) = await PostAsync(client, Megabyte + 1, knowsLength);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Contains("413", body);
        // The connection, or at least the gateway, is as good as new.
        Assert.Equal((HttpStatusCode.OK, "3"), await PostAsync(client, 3, knowsLength));
    }

    [Theory]
    [InlineData("8k", 8192, true)]
    [InlineData("8k", 8193, false)]
    [InlineData("8K", 8192, true)]
    [InlineData("3m", 3 * Megabyte, true)]
    [InlineData("3m", (3 * Megabyte) + 1, false)]
    [InlineData("0", 5 * Megabyte, true)]
    public async Task ProxyBodySizeIsCountedInBytes(string size, int length, bool passes)
    {
        await using var pod = await CountingPodAsync(BackendProtocol.Http);
        await using var gateway = await Gateway.StartAsync();
        gateway.ServeAnnotated("a.io", [pod.EndPoint], new Dictionary<string, string> { ["proxy-body-size"] = size });
        using var client = Clients.To(gateway.HttpPort, HttpVersion.Version11);
        foreach (var knowsLength in new[] { true, false })
        {
            var (status, _) = await PostAsync(client, length, knowsLength);
            Assert.Equal(passes ? HttpStatusCode.OK : HttpStatusCode.RequestEntityTooLarge, status);
        }
    }

    [Fact]
    public async Task ABodyThatSaysThatItIsTooLargeReachesNoPodAndIsNotAskedFor()
    {
        var reached = false;
        await using var pod = await Origin.StartAsync(_ =>
        {
            reached = true;
            return Task.CompletedTask;
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.ServeAnnotated("a.io", [pod.EndPoint], new Dictionary<string, string> { ["proxy-body-size"] = "1k" });
        var answer = await RawClient.ExchangeAsync(
            gateway.HttpPort, "POST / HTTP/1.1\r\nHost: a.io\r\nContent-Length: 1025\r\nExpect: 100-continue\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 413 ", answer);
        Assert.Contains("Connection: close\r\n", answer);
        Assert.False(reached);
    }

    [Fact]
    public async Task ASecondRequestBehindABodyThatIsTooLargeIsNeverServed()
    {
        await using var pod = await CountingPodAsync(BackendProtocol.Http);
        await using var gateway = await Gateway.StartAsync();
        gateway.ServeAnnotated("a.io", [pod.EndPoint], new Dictionary<string, string> { ["proxy-body-size"] = "1" });
        var answer = await RawClient.ExchangeAsync(
            gateway.HttpPort,
            "POST / HTTP/1.1\r\nHost: a.io\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: a.io\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 413 ", answer);
        Assert.DoesNotContain("200 OK", answer);
    }

    private static async Task<Origin> CountingPodAsync(BackendProtocol protocol) => await Origin.StartAsync(
        async context =>
        {
            var buffer = new byte[65536];
            var total = 0L;
            while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) is > 0 and var count)
                total += count;
            await context.Response.WriteAsync($"{total}");
        },
        protocol is BackendProtocol.H2c ? HttpProtocols.Http2 : HttpProtocols.Http1);

    private static async Task<(HttpStatusCode Status, string Body)> PostAsync(HttpClient client, int length, bool knowsLength)
    {
        using HttpContent content = knowsLength
            ? new ByteArrayContent(new byte[length])
            : new StreamContent(new OfUnknownLength(new byte[length]));
        using var response = await client.PostAsync("http://a.io/", content, Ct);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Ct));
    }

    private sealed class OfUnknownLength(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
