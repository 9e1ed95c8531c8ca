using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using YarpIngress.Translation.Model;

namespace YarpIngress.Tests.Proxy;

/// <summary>Bodies in both directions: nothing is held back, nothing is lost.</summary>
public sealed class StreamingTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static TheoryData<string> Versions => ["1.1", "2.0"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task ServerSentEventsArriveAsTheyAreSentAndHeadersBefore(string version)
    {
        var next = new SemaphoreSlim(0);
        await using var pod = await Origin.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.Body.FlushAsync(context.RequestAborted);
            for (var i = 0; i < 3; i++)
            {
                await next.WaitAsync(context.RequestAborted);
                await context.Response.WriteAsync($"data: {i}\n\n", context.RequestAborted);
            }
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        using var client = Clients.To(gateway.HttpPort, Version.Parse(version));

        using var response = await client.GetAsync("http://a.io/", HttpCompletionOption.ResponseHeadersRead, Ct).WaitAsync(Deadline, Ct);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        using var events = new StreamReader(await response.Content.ReadAsStreamAsync(Ct));
        for (var i = 0; i < 3; i++)
        {
            next.Release();
            Assert.Equal($"data: {i}", await events.ReadLineAsync(Ct).AsTask().WaitAsync(Deadline, Ct));
            Assert.Equal("", await events.ReadLineAsync(Ct).AsTask().WaitAsync(Deadline, Ct));
        }
        Assert.Null(await events.ReadLineAsync(Ct).AsTask().WaitAsync(Deadline, Ct));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task APieceOfAnUploadReachesThePodBeforeTheNextIsSent(string version)
    {
        var received = new SemaphoreSlim(0);
        await using var pod = await Origin.StartAsync(async context =>
        {
            var piece = new byte[4];
            for (var i = 0; i < 3; i++)
            {
                await context.Request.Body.ReadExactlyAsync(piece, context.RequestAborted);
                received.Release();
            }
            Assert.Equal(0, await context.Request.Body.ReadAsync(piece, context.RequestAborted));
            await context.Response.WriteAsync("all");
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        using var client = Clients.To(gateway.HttpPort, Version.Parse(version));

        var content = new PushContent(async stream =>
        {
            for (var i = 0; i < 3; i++)
            {
                await stream.WriteAsync("ping"u8.ToArray(), Ct);
                await stream.FlushAsync(Ct);
                Assert.True(await received.WaitAsync(Deadline, Ct), $"Piece {i} did not arrive while the upload went on.");
            }
        });
        using var response = await client.PostAsync("http://a.io/", content, Ct);
        Assert.Equal("all", await response.Content.ReadAsStringAsync(Ct));
    }

    [Theory]
    [InlineData("1.1", BackendProtocol.Http)]
    [InlineData("2.0", BackendProtocol.Http)]
    [InlineData("1.1", BackendProtocol.H2c)]
    [InlineData("2.0", BackendProtocol.H2c)]
    public async Task LargeBodiesPassWholeInBothDirections(string version, BackendProtocol protocol)
    {
        const int Size = 24 * 1024 * 1024 + 17;
        await using var pod = await Origin.StartAsync(
            async context =>
            {
                // HTTP/1.1 clients of .NET read an answer once the request is sent; over HTTP/2 both go on at a time.
                using var body = new MemoryStream();
                Stream target = context.Request.Headers["X-Duplex"].Count > 0 ? context.Response.Body : body;
                await context.Request.Body.CopyToAsync(target, context.RequestAborted);
                body.Position = 0;
                await body.CopyToAsync(context.Response.Body, context.RequestAborted);
            },
            protocol is BackendProtocol.H2c ? HttpProtocols.Http2 : HttpProtocols.Http1);
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint], protocol);
        using var client = Clients.To(gateway.HttpPort, Version.Parse(version));

        var bytes = new byte[Size];
        new Random(17).NextBytes(bytes);
        foreach (var hasLength in new[] { true, false })
        {
            using var content = new PushContent(stream => stream.WriteAsync(bytes, Ct).AsTask());
            content.Headers.ContentLength = hasLength ? bytes.Length : null;
            using var request = new HttpRequestMessage(HttpMethod.Post, "http://a.io/")
            {
                Content = content,
                Version = client.DefaultRequestVersion,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            if (version == "2.0" && protocol is BackendProtocol.H2c)
                request.Headers.Add("X-Duplex", "1");
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct);
            var hash = await SHA256.HashDataAsync(await response.Content.ReadAsStreamAsync(Ct), Ct);
            Assert.Equal(Convert.ToHexString(SHA256.HashData(bytes)), Convert.ToHexString(hash));
        }
    }

    [Fact]
    public async Task ABodyIsAskedForOnlyWhenThePodAsksForIt()
    {
        await using var pod = await Origin.StartAsync(async context =>
        {
            if (context.Request.Path == "/refused")
            {
                context.Response.StatusCode = StatusCodes.Status417ExpectationFailed;
                return;
            }
            using var reader = new StreamReader(context.Request.Body);
            await context.Response.WriteAsync(await reader.ReadToEndAsync(context.RequestAborted));
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);

        using (var client = await RawClient.ConnectAsync(gateway.HttpPort))
        {
            await client.SendAsync(
                "POST / HTTP/1.1\r\nHost: a.io\r\nExpect: 100-continue\r\nContent-Length: 5\r\nConnection: close\r\n\r\n");
            Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", await client.ReadHeadAsync());
            await client.SendAsync("hello");
            Assert.Contains("\r\nhello\r\n", await client.ReadToEndAsync());
        }
        using (var client = await RawClient.ConnectAsync(gateway.HttpPort))
        {
            await client.SendAsync(
                "POST /refused HTTP/1.1\r\nHost: a.io\r\nExpect: 100-continue\r\nContent-Length: 5000\r\nConnection: close\r\n\r\n");
            var head = await client.ReadHeadAsync();
            if (head.StartsWith("HTTP/1.1 100 ", StringComparison.Ordinal))
            {
                // A pod that takes more than a second to say no gets the body after all.
                await client.SendAsync(new string('x', 5000));
                head = await client.ReadHeadAsync();
            }
            Assert.StartsWith("HTTP/1.1 417 ", head);
        }
    }

    [Fact]
    public async Task TrailersReachTheClient()
    {
        await using var pod = RawOrigin.Answering(
            "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nok\r\n0\r\nX-Sum: "
            + "42\r\n\r\n");
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        using var client = Clients.To(gateway.HttpPort, HttpVersion.Version20);
        using var response = await client.GetAsync("http://a.io/", Ct);
        Assert.Equal("ok", await response.Content.ReadAsStringAsync(Ct));
        Assert.Equal("42", Assert.Single(response.TrailingHeaders.GetValues("X-Sum")));
    }

    [Fact]
    public async Task AGrpcCallStreamsBothWaysAndEndsWithItsStatus()
    {
        await using var pod = await Origin.StartAsync(
            async context =>
            {
                Assert.Equal("application/grpc", context.Request.ContentType);
                Assert.Equal("trailers", context.Request.Headers.TE);
                Assert.Equal("HTTP/2", context.Request.Protocol);
                context.Response.ContentType = "application/grpc";
                if (context.Request.Path == "/echo.Echo/Fail")
                {
                    // Headers and trailers in one frame, as servers send an error.
                    context.Response.Headers["grpc-status"] = "5";
                    return;
                }
                await context.Response.Body.FlushAsync(context.RequestAborted);
                var message = new byte[9];
                while (await context.Request.Body.ReadAtLeastAsync(message, message.Length, throwOnEndOfStream: false, context.RequestAborted) > 0)
                    await context.Response.Body.WriteAsync(message, context.RequestAborted);
                context.Response.AppendTrailer("grpc-status", "0");
                context.Response.AppendTrailer("grpc-message", "fine");
            },
            HttpProtocols.Http2);
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("grpc.io", [pod.EndPoint], BackendProtocol.H2c);
        using var client = Clients.To(gateway.HttpPort, HttpVersion.Version20);

        var upload = new TaskCompletionSource<Stream>();
        var ended = new TaskCompletionSource();
        using var call = Grpc("/echo.Echo/Chat", new PushContent(async stream =>
        {
            upload.SetResult(stream);
            await ended.Task;
        }));
        // The answer begins before anything was said.
        using var response = await client.SendAsync(call, HttpCompletionOption.ResponseHeadersRead, Ct).WaitAsync(Deadline, Ct);
        var download = await response.Content.ReadAsStreamAsync(Ct);
        for (byte i = 0; i < 5; i++)
        {
            byte[] message = [0, 0, 0, 0, 4, i, i, i, i];
            var stream = await upload.Task;
            await stream.WriteAsync(message, Ct);
            await stream.FlushAsync(Ct);
            var back = new byte[message.Length];
            await download.ReadExactlyAsync(back, Ct).AsTask().WaitAsync(Deadline, Ct);
            Assert.Equal(message, back);
        }
        ended.SetResult();
        Assert.Equal(0, await download.ReadAsync(new byte[1], Ct).AsTask().WaitAsync(Deadline, Ct));
        Assert.Equal("0", Assert.Single(response.TrailingHeaders.GetValues("grpc-status")));
        Assert.Equal("fine", Assert.Single(response.TrailingHeaders.GetValues("grpc-message")));

        using var failing = Grpc("/echo.Echo/Fail", new ByteArrayContent([0, 0, 0, 0, 0]));
        using var failed = await client.SendAsync(failing, Ct);
        Assert.Equal("5", Assert.Single(failed.Headers.GetValues("grpc-status")));
    }

    private static HttpRequestMessage Grpc(string method, HttpContent content)
    {
        content.Headers.ContentType = new("application/grpc");
        return new HttpRequestMessage(HttpMethod.Post, $"http://grpc.io{method}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
            Headers = { { "TE", "trailers" } },
        };
    }

    private sealed class PushContent(Func<Stream, Task> push) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            // Sends the request's headers, which the client may otherwise keep until the first write is flushed.
            await stream.FlushAsync(Ct);
            await push(stream);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
