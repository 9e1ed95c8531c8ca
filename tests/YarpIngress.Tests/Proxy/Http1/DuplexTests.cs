using System.Security.Cryptography;
using System.Text;

namespace YarpIngress.Tests.Proxy.Http1;

/// <summary>Both directions at a time, and a side that is slow or done before the other.</summary>
public sealed class DuplexTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnAnswerBeginsWhileTheUploadGoesOn()
    {
        await using var pod = new RawOrigin(async (stream, ct) =>
        {
            await RawOrigin.ReadHeadAsync(stream, ct);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray(), ct);
            var piece = new byte[9];
            for (var i = 0; i < 3; i++)
            {
                await stream.ReadExactlyAsync(piece, ct);
                await stream.WriteAsync(piece, ct);
            }
            await stream.ReadExactlyAsync(piece.AsMemory(0, 5), ct);
            await stream.WriteAsync(piece.AsMemory(0, 5), ct);
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);

        using var client = await RawClient.ConnectAsync(gateway.HttpPort);
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a.io\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", await client.ReadHeadAsync().WaitAsync(Wait.Deadline, Ct));
        foreach (var word in new[] { "ping", "pong", "pang" })
        {
            await client.SendAsync($"4\r\n{word}\r\n");
            Assert.Equal($"4\r\n{word}\r\n", await client.ReadAsync(9).WaitAsync(Wait.Deadline, Ct));
        }
        await client.SendAsync("0\r\n\r\n");
        Assert.Equal("0\r\n\r\n", await client.ReadToEndAsync().WaitAsync(Wait.Deadline, Ct));
    }

    [Theory]
    [InlineData("1.1", "Content-Length: 8\r\n\r\nhalf", "half", "half")]
    [InlineData("1.1", "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", "4\r\nhalf\r\n0\r\n\r\n", "4\r\nhalf\r\n0\r\n\r\n")]
    [InlineData("1.0", "Content-Length: 8\r\n\r\nhalf", "half", "half")]
    [InlineData("1.0", "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", "4\r\nhalf\r\n0\r\n\r\n", "half")]
    public async Task TheLastPieceOfAnAnswerIsSentAsTheOthers(string version, string first, string last, string expected)
    {
        using var half = new SemaphoreSlim(0);
        await using var pod = new RawOrigin(async (stream, ct) =>
        {
            while (await RawOrigin.ReadHeadAsync(stream, ct) is { Length: > 0 })
            {
                await stream.WriteAsync(Encoding.Latin1.GetBytes("HTTP/1.1 200 OK\r\n" + first), ct);
                await half.WaitAsync(ct);
                await stream.WriteAsync(Encoding.Latin1.GetBytes(last), ct);
            }
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        using var client = await RawClient.ConnectAsync(gateway.HttpPort);
        for (var i = 0; i < 3; i++)
        {
            // The connection stays, so that nothing but a flush brings the rest.
            await client.SendAsync($"GET / HTTP/{version}\r\nHost: a.io\r\nConnection: keep-alive\r\n\r\n");
            var head = await client.ReadHeadAsync().WaitAsync(Wait.Deadline, Ct);
            Assert.StartsWith("HTTP/1.1 200 OK\r\n", head);
            var chunk = head.Contains("Transfer-Encoding: chunked") ? "4\r\nhalf\r\n" : "half";
            Assert.Equal(chunk, await client.ReadAsync(chunk.Length).WaitAsync(Wait.Deadline, Ct));
            half.Release();
            Assert.Equal(expected, await client.ReadAsync(expected.Length).WaitAsync(Wait.Deadline, Ct));
            // Without a length HTTP/1.0 ends the answer with the connection.
            if (version == "1.0" && !head.Contains("Content-Length"))
                break;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AClientThatWritesBeforeItReadsGetsTheEarlyAnswer(bool closesAtOnce)
    {
        await using var pod = new RawOrigin(async (stream, ct) =>
        {
            await RawOrigin.ReadHeadAsync(stream, ct);
            await stream.WriteAsync("HTTP/1.1 413 Too Large For Me\r\nContent-Length: 2\r\n\r\nno"u8.ToArray(), ct);
            if (!closesAtOnce)
                await stream.CopyToAsync(Stream.Null, ct);
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);

        using var client = await RawClient.ConnectAsync(gateway.HttpPort);
        const int Size = 8 * 1024 * 1024;
        await client.SendAsync($"POST / HTTP/1.1\r\nHost: a.io\r\nContent-Length: {Size}\r\n\r\n");
        await client.Stream.WriteAsync(new byte[Size], Ct).AsTask().WaitAsync(Wait.Deadline, Ct);
        Assert.StartsWith("HTTP/1.1 413 Too Large For Me\r\n", await client.ReadHeadAsync().WaitAsync(Wait.Deadline, Ct));
        Assert.Equal("no", await client.ReadAsync(2).WaitAsync(Wait.Deadline, Ct));
        // The connection has stayed in step: the next request is one.
        await client.SendAsync("GET /none HTTP/1.1\r\nHost: unknown.io\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 404 ", await client.ReadToEndAsync().WaitAsync(Wait.Deadline, Ct));
    }

    [Fact]
    public async Task ARequestThatCantBeSentIsNotRepeatedOnceItsBodyWasRead()
    {
        var requests = 0;
        await using var pod = new RawOrigin(async (stream, ct) =>
        {
            await RawOrigin.ReadHeadAsync(stream, ct);
            Interlocked.Increment(ref requests);
            await stream.ReadExactlyAsync(new byte[5], ct);
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        var answer = await RawClient.ExchangeAsync(
            gateway.HttpPort, "PUT / HTTP/1.1\r\nHost: a.io\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
        Assert.StartsWith("HTTP/1.1 502 ", answer);
        Assert.Equal(1, requests);
    }

    [Fact]
    public async Task ASlowClientSlowsTheFastPodDown()
    {
        const long Size = 256L * 1024 * 1024;
        long sent = 0;
        await using var pod = new RawOrigin(async (stream, ct) =>
        {
            await RawOrigin.ReadHeadAsync(stream, ct);
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {Size}\r\n\r\n"), ct);
            var piece = new byte[64 * 1024];
            for (long at = 0; at < Size; at += piece.Length)
            {
                await stream.WriteAsync(piece, ct);
                Interlocked.Add(ref sent, piece.Length);
            }
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        using var client = await RawClient.ConnectAsync(gateway.HttpPort);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a.io\r\nConnection: close\r\n\r\n");
        await client.ReadHeadAsync();
        // What the kernel's buffers on both ways hold, and little more; then the pod waits.
        Assert.InRange(await StandstillAsync(() => Interlocked.Read(ref sent)), 1, SocketBuffers.MostThroughGateway);

        var (buffer, received) = (new byte[1024 * 1024], 0L);
        while (await client.Stream.ReadAsync(buffer, Ct) is > 0 and var count)
            received += count;
        Assert.Equal(Size, received);
    }

    [Theory]
    [InlineData("Content-Length: 268435456\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n")]
    public async Task ASlowPodSlowsTheFastClientDown(string framing)
    {
        using var may = new SemaphoreSlim(0);
        await using var pod = new RawOrigin(async (stream, ct) =>
        {
            await RawOrigin.ReadHeadAsync(stream, ct);
            await may.WaitAsync(ct);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\ndone"u8.ToArray(), ct);
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        using var client = await RawClient.ConnectAsync(gateway.HttpPort);
        await client.SendAsync($"POST / HTTP/1.1\r\nHost: a.io\r\n{framing}\r\n");
        long sent = 0;
        var uploading = Task.Run(
            async () =>
            {
                var piece = new byte[64 * 1024];
                var chunk = framing.StartsWith('T')
                    ? Encoding.ASCII.GetBytes("10000\r\n").Concat(piece).Concat("\r\n"u8.ToArray()).ToArray()
                    : piece;
                try
                {
                    for (var i = 0; i < 4096; i++)
                    {
                        await client.Stream.WriteAsync(chunk, Ct);
                        Interlocked.Add(ref sent, piece.Length);
                    }
                }
                catch (IOException)
                {
                    // The pod did not want it all, nor did the gateway.
                }
            },
            Ct);
        Assert.InRange(await StandstillAsync(() => Interlocked.Read(ref sent)), 1, SocketBuffers.MostThroughGateway);
        may.Release();
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", await client.ReadHeadAsync().WaitAsync(Wait.Deadline, Ct));
        Assert.Equal("done", await client.ReadAsync(4).WaitAsync(Wait.Deadline, Ct));
        await uploading.WaitAsync(Wait.Deadline, Ct);
    }

    [Fact]
    public async Task ManyClientsGetTheirOwnAnswers()
    {
        await using var pod = await Origin.StartAsync(async context =>
        {
            var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            if (context.Request.Query.ContainsKey("length"))
                context.Response.ContentLength = body.Length;
            body.Position = 0;
            await body.CopyToAsync(context.Response.Body, context.RequestAborted);
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        await Task.WhenAll(Enumerable.Range(0, 32).Select(async number =>
        {
            var random = new Random(number);
            using var client = Clients.To(gateway.HttpPort, new Version(number % 2 + 1, number % 2 == 0 ? 1 : 0));
            for (var i = 0; i < 30; i++)
            {
                var bytes = new byte[random.Next(3) == 0 ? random.Next(200_000) : random.Next(2_000)];
                random.NextBytes(bytes);
                using var content = new StreamContent(new MemoryStream(bytes));
                if (random.Next(2) == 0)
                    content.Headers.ContentLength = bytes.Length;
                using var request = new HttpRequestMessage(HttpMethod.Put, random.Next(2) == 0 ? "http://a.io/" : "http://a.io/?length")
                {
                    Content = content,
                    Version = client.DefaultRequestVersion,
                    VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                };
                using var response = await client.SendAsync(request, Ct);
                Assert.Equal(SHA256.HashData(bytes), SHA256.HashData(await response.Content.ReadAsByteArrayAsync(Ct)));
            }
        }));
    }

    /// <summary>The number at which something stands still: the same ten times in a row.</summary>
    private static async Task<long> StandstillAsync(Func<long> number)
    {
        var (last, same) = (-1L, 0);
        return await Wait.ForAsync(
            () =>
            {
                var now = number();
                same = now == last && now > 0 ? same + 1 : 0;
                return Task.FromResult(last = now);
            },
            _ => same == 10,
            "a standstill");
    }
}
