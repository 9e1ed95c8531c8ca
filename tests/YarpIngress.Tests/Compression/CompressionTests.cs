using System.IO.Compression;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using YarpIngress.Pipeline.Compression;
using YarpIngress.Tests.Answers;
using YarpIngress.Tests.Proxy;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Tests.Compression;

/// <summary>
/// <c>use-gzip</c>, <c>gzip-*</c>, <c>enable-brotli</c> and <c>brotli-*</c> of the global ConfigMap over sockets, with pods behind both
/// forwarders.
/// </summary>
[Collection(nameof(AnswersCluster))]
public sealed class CompressionTests(AnswersCluster cluster)
{
    private static readonly string Text = string.Concat(Enumerable.Range(0, 20_000).Select(number => $"line {number}\n"));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("gzip-http1", "gzip", "1.1")]
    [InlineData("gzip-http1", "br", "2.0")]
    [InlineData("gzip-http2", "gzip", "2.0")]
    [InlineData("gzip-http2", "br", "1.1")]
    public async Task An_answer_is_compressed_and_says_what_became_of_it(string service, string coding, string version)
    {
        var host = await ServeAsync(service);
        await SetAsync(host, ("use-gzip", "true"), ("enable-brotli", "true"), ("gzip-level", "6"), ("brotli-level", "5"));

        // Also through the buffers and the pace that lie before and behind it.
        await cluster.ApplyIngressAsync(host, service, ("proxy-buffering", "on"), ("limit-rate", "100000"));
        await cluster.UntilAsync(host, answer => answer.Status == 200);
        using var client = Clients.To(cluster.Controller.HttpPort, Version.Parse(version));
        foreach (var known in (bool[])[true, false])
        {
            using var answer = await GetAsync(client, host, $"/?known={known}", coding == "br" ? "br, gzip" : "gzip;q=1, br;q=0.5");
            Assert.Equal(coding, Assert.Single(answer.Content.Headers.ContentEncoding));
            Assert.False(answer.Content.Headers.NonValidated.Contains("Content-Length"));
            Assert.Equal("Accept-Encoding", answer.Headers.GetValues("Vary").Last());
            Assert.Equal("W/\"abc\"", $"{answer.Headers.ETag}");
            Assert.False(answer.Headers.Contains("Accept-Ranges"));
            var bytes = await answer.Content.ReadAsByteArrayAsync(Ct);
            Assert.True(bytes.Length < Text.Length / 2, $"{bytes.Length} bytes");
            Assert.Equal(Text, Decode(bytes, coding));
        }
        await SetAsync(host);
    }

    [Theory]
    [InlineData("/", "identity", true)]
    [InlineData("/?type=image/png", "gzip", false)]
    [InlineData("/?type=text/plainly", "gzip", false)]
    [InlineData("/?length=255", "gzip", false)]
    [InlineData("/?status=201", "gzip", false)]
    [InlineData("/?h=Content-Encoding:zstd", "gzip", false)]
    [InlineData("/?h=Cache-Control:public,%20No-Transform", "gzip", false)]
    [InlineData("/?h=Content-Digest:sha-256=:abc=:", "gzip", false)]
    [InlineData("/?status=206&h=Content-Range:bytes%200-1/2", "gzip", false)]
    public async Task What_may_not_be_compressed_passes_as_it_is(string pathAndQuery, string accepted, bool varies)
    {
        foreach (var service in (string[])["gzip-http1", "gzip-http2"])
        {
            var host = await ServeAsync(service);
            await SetAsync(host, ("use-gzip", "true"));
            using var client = Clients.To(cluster.Controller.HttpPort, HttpVersion.Version11);
            using var answer = await GetAsync(
                client, host, pathAndQuery + (pathAndQuery.Contains('?') ? "&known=True" : "?known=True"), accepted);
            Assert.DoesNotContain("gzip", answer.Content.Headers.ContentEncoding);
            Assert.Equal(varies, answer.Headers.TryGetValues("Vary", out var vary) && vary.Contains("Accept-Encoding"));
            Assert.Equal("\"abc\"", $"{answer.Headers.ETag}");
            Assert.True(answer.Content.Headers.NonValidated.Contains("Content-Length"));
            Assert.StartsWith("line 0\n", await answer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
            await SetAsync(host);
        }
    }

    [Fact]
    public async Task A_HEAD_and_a_client_of_HTTP_1_0_get_what_the_pod_sends()
    {
        var host = await ServeAsync("gzip-http1");
        await SetAsync(host, ("use-gzip", "true"));
        foreach (var request in (string[])[$"HEAD /?known=True HTTP/1.1\r\nHost: {host}", $"GET /?known=True HTTP/1.0\r\nHost: {host}"])
        {
            var answer = await RawClient.ExchangeAsync(
                cluster.Controller.HttpPort, $"{request}\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n");
            Assert.Contains($"Content-Length: {Text.Length}", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("gzip", answer, StringComparison.Ordinal);
        }
        await SetAsync(host);
    }

    [Theory]
    [InlineData("gzip", HttpProtocols.Http1)]
    [InlineData("br", HttpProtocols.Http1)]
    [InlineData("gzip", HttpProtocols.Http2)]
    [InlineData("br", HttpProtocols.Http2)]
    public async Task What_the_pod_flushes_the_client_can_read_at_once(string coding, HttpProtocols protocols)
    {
        var service = $"stream-{coding}-{protocols}".ToLowerInvariant();
        var steps = new SemaphoreSlim(0);
        await AddPodAsync(service, protocols, async context =>
        {
            context.Response.ContentType = "text/event-stream";
            for (var i = 0; i < 4; i++)
            {
                await context.Response.WriteAsync($"data: {i}\n\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await steps.WaitAsync(context.RequestAborted);
            }
        });
        var host = await cluster.AddHostAsync("web");
        var other = await ServeAsync("gzip-http1");
        await SetAsync(null, ("use-gzip", "true"), ("gzip-types", "*"), ("enable-brotli", "true"), ("brotli-types", "text/event-stream"));
        await cluster.ApplyIngressAsync(host, service);
        using var client = Clients.To(cluster.Controller.HttpPort, HttpVersion.Version11);
        using var answer = await Wait.ForAsync(
            async () => await GetAsync(client, host, "/", coding, HttpCompletionOption.ResponseHeadersRead),
            answer => answer.Content.Headers.ContentEncoding.Contains(coding) && answer.Content.Headers.ContentType?.MediaType == "text/event-stream",
            "a stream");
        using var lines = new StreamReader(Decoder(await answer.Content.ReadAsStreamAsync(Ct), coding));
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal($"data: {i}", await lines.ReadLineAsync(Ct));
            Assert.Equal("", await lines.ReadLineAsync(Ct));
            // Those that were asked before it was live wait for some too.
            steps.Release(1000);
        }
        Assert.Null(await lines.ReadLineAsync(Ct));
        await SetAsync(other);
    }

    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task An_answer_that_breaks_off_never_looks_whole(HttpProtocols protocols)
    {
        var service = $"breaks-{protocols}".ToLowerInvariant();
        await AddPodAsync(service, protocols, async context =>
        {
            context.Response.ContentType = "text/plain";
            if (context.Request.Path != "/break")
                return;
            await context.Response.WriteAsync(Text, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            context.Abort();
        });
        var host = await cluster.AddHostAsync(service);
        var other = await ServeAsync("gzip-http1");
        await SetAsync(null, ("use-gzip", "true"));
        using var client = Clients.To(cluster.Controller.HttpPort, HttpVersion.Version11);
        await Wait.UntilAsync(async () =>
        {
            using var answer = await GetAsync(client, host, "/break", "gzip", HttpCompletionOption.ResponseHeadersRead);
            await Assert.ThrowsAnyAsync<Exception>(() => answer.Content.ReadAsByteArrayAsync(Ct));
            return answer.Content.Headers.ContentEncoding.Contains("gzip");
        }, "a compressed answer that breaks off");
        await SetAsync(other);
    }

    [Fact]
    public async Task An_answer_that_is_taken_back_before_it_began_leaves_nothing_to_the_next()
    {
        var rules = CompressionRules.Of(new CompressionSettings { Gzip = new CompressionSettings().Gzip with { Enabled = true } });
        var context = new DefaultHttpContext();
        context.Request.Headers.AcceptEncoding = "gzip";
        using var sent = new MemoryStream();
        var client = new StreamResponseBodyFeature(sent);
        using var answer = new CompressedAnswer(client, rules!, context);
        context.Features.Set<IHttpResponseBodyFeature>(answer);

        // As a forwarder does whose pod then dies before the first byte of a body.
        context.Response.ContentType = "text/html";
        _ = context.Response.BodyWriter;
        context.Response.Clear();
        context.Response.StatusCode = StatusCodes.Status502BadGateway;
        context.Response.ContentType = "text/html";
        await context.Response.WriteAsync("plain", Ct);
        await answer.FinishAsync();
        Assert.Equal("plain", Encoding.ASCII.GetString(sent.ToArray()));
        Assert.False(context.Response.Headers.ContainsKey("Content-Encoding"));
    }

    [Fact]
    public async Task A_client_that_gzip_disable_names_gets_none()
    {
        var host = await ServeAsync("gzip-http1");
        await SetAsync(host, ("use-gzip", "true"), ("gzip-disable", "^old/[0-3]"));
        using var client = Clients.To(cluster.Controller.HttpPort, HttpVersion.Version11);
        client.DefaultRequestHeaders.UserAgent.ParseAdd("old/2");
        using var answer = await GetAsync(client, host, "/", "gzip");
        Assert.Empty(answer.Content.Headers.ContentEncoding);
        Assert.Contains("Accept-Encoding", answer.Headers.GetValues("Vary"));
        await SetAsync(host);
    }

    private async Task<string> ServeAsync(string service)
    {
        await AddPodAsync(service, service.EndsWith('2') ? HttpProtocols.Http2 : HttpProtocols.Http1, async context =>
        {
            var query = context.Request.Query;
            context.Response.StatusCode = int.TryParse(query["status"], out var status) ? status : 200;
            context.Response.ContentType = (string?)query["type"] ?? "text/plain; charset=utf-8";
            context.Response.Headers.ETag = "\"abc\"";
            context.Response.Headers.AcceptRanges = "bytes";
            foreach (var header in query["h"])
                if (header!.Split(':', 2) is [var name, var value])
                    context.Response.Headers[name] = value;
            var bytes = Encoding.UTF8.GetBytes(int.TryParse(query["length"], out var length) ? Text[..length] : Text);
            if (query["known"] == "True")
                context.Response.ContentLength = bytes.Length;
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
        });
        return await cluster.AddHostAsync(service);
    }

    private Task AddPodAsync(string service, HttpProtocols protocols, RequestDelegate handler) =>
        cluster.AddPodAsync(service, handler, protocols, protocols is HttpProtocols.Http2 ? "kubernetes.io/h2c" : null);

    /// <summary>
    /// Sets keys and waits until the answers of a host, if one is given, are compressed or not as they say: at the end of a test, so that
    /// the next one does not begin with this one's keys.
    /// </summary>
    private async Task SetAsync(string? host, params (string Name, string Value)[] settings)
    {
        await cluster.ApplyAsync("ConfigMap", "answers-settings", "data", settings);
        if (host is not null)
            await WaitAsync(host, settings.Contains(("enable-brotli", "true")) ? "br" : settings.Length > 0 ? "gzip" : null);
    }

    private async Task WaitAsync(string host, string? coding)
    {
        using var client = Clients.To(cluster.Controller.HttpPort, HttpVersion.Version11);
        await Wait.UntilAsync(async () =>
        {
            using var answer = await GetAsync(client, host, "/", "br, gzip");
            return answer.Content.Headers.ContentEncoding.FirstOrDefault() == coding;
        }, $"answers with {coding}");
    }

    private static async Task<HttpResponseMessage> GetAsync(
        HttpClient client, string host, string pathAndQuery, string accepted,
        HttpCompletionOption until = HttpCompletionOption.ResponseContentRead)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{host}{pathAndQuery}")
        {
            Version = client.DefaultRequestVersion,
            VersionPolicy = client.DefaultVersionPolicy,
        };
        request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
        return await client.SendAsync(request, until, Ct);
    }

    private static string Decode(byte[] bytes, string coding)
    {
        using var text = new StreamReader(Decoder(new MemoryStream(bytes), coding));
        return text.ReadToEnd();
    }

    private static Stream Decoder(Stream stream, string coding) =>
        coding == "br" ? new BrotliStream(stream, CompressionMode.Decompress) : new GZipStream(stream, CompressionMode.Decompress);
}
