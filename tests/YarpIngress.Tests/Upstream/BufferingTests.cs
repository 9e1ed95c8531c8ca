using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.Upstream;

/// <summary><c>proxy-request-buffering</c> and <c>proxy-buffering</c>: who waits for whom.</summary>
public sealed class BufferingTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1k")]
    [InlineData("64m")]
    public async Task WithProxyRequestBufferingThePodIsAskedWhenTheBodyIsThere(string memory)
    {
        var connected = false;
        await using var pod = await Origin.StartAsync(async context =>
        {
            connected = true;
            using var all = new MemoryStream();
            await context.Request.Body.CopyToAsync(all, context.RequestAborted);
            await context.Response.WriteAsync($"{context.Request.ContentLength} {Convert.ToHexString(SHA256.HashData(all.ToArray()))}");
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.ServeAnnotated(
            "a.io", [pod.EndPoint],
            new Dictionary<string, string>
            {
                ["proxy-request-buffering"] = "on",
                ["client-body-buffer-size"] = memory,
                ["proxy-body-size"] = "0",
            });
        using var client = await RawClient.ConnectAsync(gateway.HttpPort);
        var piece = string.Concat(Enumerable.Range(0, 40_000).Select(number => $"{number:x5}"));
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a.io\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (var i = 0; i < 4; i++)
            await client.SendAsync($"{piece.Length:x}\r\n{piece}\r\n");
        Assert.False(connected);
        await client.SendAsync("0\r\n\r\n");
        var sent = Encoding.ASCII.GetBytes(piece + piece + piece + piece);
        Assert.Contains($"{sent.Length} {Convert.ToHexString(SHA256.HashData(sent))}", await client.ReadToEndAsync());
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task WithProxyRequestBufferingABodyThatIsTooLargeReachesNoPod(string version)
    {
        var reached = false;
        await using var pod = await Origin.StartAsync(_ =>
        {
            reached = true;
            return Task.CompletedTask;
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.ServeAnnotated(
            "a.io", [pod.EndPoint], new Dictionary<string, string> { ["proxy-request-buffering"] = "on", ["proxy-body-size"] = "10k" });
        using var client = Clients.To(gateway.HttpPort, Version.Parse(version));
        using var content = new StreamContent(new Unseekable(new byte[10_241]));
        using var response = await client.PostAsync("http://a.io/", content, Ct);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.False(reached);
    }

    [Theory]
    [InlineData("1.1", "HTTP", "1g")]
    [InlineData("2.0", "HTTP", "1g")]
    [InlineData("1.1", "HTTPS", "1g")]
    [InlineData("1.1", "HTTP", "0")]
    public async Task WithProxyBufferingAnAnswerArrivesWhole(string version, string protocol, string file)
    {
        const int Size = 20 * 1024 * 1024;
        var bytes = new byte[Size];
        new Random(7).NextBytes(bytes);
        var written = new TaskCompletionSource();
        await using var pod = await Origin.StartAsync(
            async context =>
            {
                await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
                written.SetResult();
            },
            configure: protocol == "HTTPS" ? TlsPods.Serve : null);
        await using var gateway = await Gateway.StartAsync();
        gateway.ServeAnnotated(
            "a.io", [pod.EndPoint],
            new Dictionary<string, string>
            {
                ["proxy-buffering"] = "on",
                ["proxy-max-temp-file-size"] = file,
                ["backend-protocol"] = protocol,
            });
        using var client = Clients.To(gateway.HttpPort, Version.Parse(version));
        using var response = await client.GetAsync("http://a.io/", HttpCompletionOption.ResponseHeadersRead, Ct);
        // The client reads nothing yet, and the pod is done all the same, where there is room.
        if (file != "0")
            await written.Task.WaitAsync(Wait.Deadline, Ct);
        Assert.Equal(bytes, await response.Content.ReadAsByteArrayAsync(Ct));
    }

    [Fact]
    public async Task WithProxyBufferingEventsArriveAsTheyAreSent()
    {
        using var next = new SemaphoreSlim(0);
        await using var pod = await Origin.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.Body.FlushAsync(context.RequestAborted);
            for (var i = 0; i < 3; i++)
            {
                await next.WaitAsync(context.RequestAborted);
                await context.Response.WriteAsync($"data: {i}\n\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.ServeAnnotated("a.io", [pod.EndPoint], new Dictionary<string, string> { ["proxy-buffering"] = "on" });
        using var client = Clients.To(gateway.HttpPort, HttpVersion.Version11);
        using var response = await client.GetAsync("http://a.io/", HttpCompletionOption.ResponseHeadersRead, Ct).WaitAsync(Wait.Deadline, Ct);
        using var events = new StreamReader(await response.Content.ReadAsStreamAsync(Ct));
        for (var i = 0; i < 3; i++)
        {
            next.Release();
            Assert.Equal($"data: {i}", await events.ReadLineAsync(Ct).AsTask().WaitAsync(Wait.Deadline, Ct));
            Assert.Equal("", await events.ReadLineAsync(Ct).AsTask().WaitAsync(Wait.Deadline, Ct));
        }
    }

    [Fact]
    public async Task WithProxyBufferingAnAnswerThatBreaksOffIsNotMistakenForAWholeOne()
    {
        await using var pod = RawOrigin.Answering("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
        await using var gateway = await Gateway.StartAsync();
        gateway.ServeAnnotated("a.io", [pod.EndPoint], new Dictionary<string, string> { ["proxy-buffering"] = "on" });
        using var client = Clients.To(gateway.HttpPort, HttpVersion.Version11);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync("http://a.io/", Ct));
    }

    private sealed class Unseekable(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
