using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using YarpIngress.Proxy;
using YarpIngress.Proxy.Clients;
using YarpIngress.Proxy.Listeners;

namespace YarpIngress.Tests.Proxy;

/// <summary>Pods and clients that break the protocol, by mistake or on purpose.</summary>
public sealed class HostileTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a.io\r\nConnection: close\r\n\r\n";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", 204)]
    [InlineData("HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 204)]
    [InlineData("HTTP/1.1 205 Reset Content\r\nContent-Length: 5\r\n\r\nhello", 205)]
    [InlineData("HTTP/1.1 205 Reset Content\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 205)]
    [InlineData("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 304)]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello", 502)]
    [InlineData("HTTP/1.1 099 Nothing\r\nContent-Length: 2\r\n\r\nok", 502)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: a\u0001b\r\n\r\nok", 502)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nokk", 502)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: Server, Date\r\n\r\nok", 200)]
    [InlineData("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200)]
    public async Task WhatAPodAnswersIsMadeSoundOrRefused(string answer, int status)
    {
        await using var pod = RawOrigin.Answering(answer);
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);

        var got = await RawClient.ExchangeAsync(gateway.HttpPort, Get);

        Assert.StartsWith($"HTTP/1.1 {status} ", got);
        Assert.Contains("\r\nServer: yarp-ingress\r\n", got);
        if (status is 204 or 205 or 304)
            Assert.EndsWith("\r\n\r\n", got);

        using var http2 = await RawHttp2.ConnectAsync(gateway.HttpPort);
        await http2.RequestAsync(1, Request());
        var body = await http2.AnswerAsync(1).WaitAsync(Deadline, TestContext.Current.CancellationToken);
        Assert.Equal(status, status == 502 && body.Contains("502 Bad Gateway") ? 502 : body == (status == 200 ? "ok" : "") ? status : 0);
    }

    [Theory]
    [InlineData("POST", "")]
    [InlineData("POST", "Content-Length: 0\r\n")]
    [InlineData("PATCH", "")]
    public async Task ARequestThatIsNotIdempotentReachesAFailingPodOnce(string method, string header)
    {
        var requests = 0;
        await using var pod = new RawOrigin(async (stream, ct) =>
        {
            await RawOrigin.ReadHeadAsync(stream, ct);
            Interlocked.Increment(ref requests);
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);

        var answer = await RawClient.ExchangeAsync(
            gateway.HttpPort, $"{method} / HTTP/1.1\r\nHost: a.io\r\n{header}Connection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 502 ", answer);
        Assert.Equal(1, requests);
    }

    [Fact]
    public async Task AnIdleConnectionThatThePodClosedCostsNoRequest()
    {
        var connections = 0;
        await using var pod = new RawOrigin(async (stream, ct) =>
        {
            Interlocked.Increment(ref connections);
            await RawOrigin.ReadHeadAsync(stream, ct);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray(), ct);
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        for (var i = 1; i <= 20; i++)
        {
            Assert.StartsWith("HTTP/1.1 200 ", await RawClient.ExchangeAsync(gateway.HttpPort, Get));
            Assert.Equal(i, connections);
        }
    }

    [Theory]
    [InlineData("x-a", "1\r\nX-Evil: 1")]
    [InlineData("x-a", "1\nX-Evil: 1")]
    [InlineData("x-a", "1\0X-Evil: 1")]
    [InlineData("x-forwarded-for", "1\r\nX-Evil: 1")]
    [InlineData("x-a\r\nx-evil", "1")]
    [InlineData("x-evil: 1\r\nx-a", "1")]
    [InlineData("transfer-encoding", "chunked")]
    [InlineData("connection", "x-evil")]
    [InlineData("host", "x-evil.io")]
    [InlineData("content-length", "5")]
    [InlineData(":path", "/ HTTP/1.1\r\nX-Evil: 1\r\n")]
    [InlineData(":method", "GET / HTTP/1.1\r\nX-Evil: 1\r\n\r\nGET")]
    [InlineData(":authority", "a.io\r\nX-Evil: 1")]
    public async Task NothingInHttp2BecomesAnotherHeaderOrRequestInHttp1(string name, string value)
    {
        var heads = new System.Collections.Concurrent.ConcurrentQueue<string>();
        await using var pod = new RawOrigin(async (stream, ct) =>
        {
            heads.Enqueue(await RawOrigin.ReadHeadAsync(stream, ct));
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"u8.ToArray(), ct);
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("", [pod.EndPoint]);
        using var client = await RawHttp2.ConnectAsync(gateway.HttpPort);
        var request = Request().ToDictionary();
        request[name] = value;

        await client.RequestAsync(1, [.. request.Select(header => (header.Key, header.Value))]);
        await client.AnswerAsync(1).WaitAsync(Deadline, TestContext.Current.CancellationToken);

        // Refused, or clean.
        Assert.All(heads, head =>
        {
            Assert.DoesNotContain("evil", head, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("Transfer-Encoding", head);
            Assert.DoesNotContain("Content-Length", head);
        });
    }

    [Fact]
    public async Task AClientThatTakesNothingOfAnAnswerIsLetGo()
    {
        await using var gateway = await Gateway.StartAsync(new DataPlaneOptions
        {
            HttpPort = 0,
            HttpsPort = null,
            BindAddresses = [IPAddress.Loopback],
            StalledClientTimeout = TimeSpan.FromSeconds(2),
        });
        // SETTINGS_INITIAL_WINDOW_SIZE 0: the answer's body can never be sent.
        using var client = await RawHttp2.ConnectAsync(gateway.HttpPort, (4, 0));
        await client.RequestAsync(1, Request());
        var end = await client.AnswerAsync(1).WaitAsync(Deadline, TestContext.Current.CancellationToken);
        Assert.Contains(end, (string[])["GOAWAY", "RESET", "END"]);
    }

    [Fact]
    public async Task AFloodOfResetsEndsTheConnectionAndHurtsNobodyElse()
    {
        await using var pod = await Origin.StartAsync(
            context => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default));
        await using var other = await Origin.StartAsync("other");
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        gateway.Serve("b.io", [other.EndPoint]);
        using var client = await RawHttp2.ConnectAsync(gateway.HttpPort);
        try
        {
            for (var stream = 1; stream < 4000; stream += 2)
            {
                await client.RequestAsync(stream, Request());
                await client.SendAsync(RawHttp2.ResetStream, 0, stream, [0, 0, 0, 8]);
            }
        }
        catch (IOException)
        {
            // Cut off in the middle of it.
        }
        Assert.Equal("other", await Clients.GetAsync(gateway, "b.io"));
    }

    [Theory]
    [InlineData("Content-Length: 100\r\n\r\nhalf", false)]
    [InlineData("Content-Length: 100\r\n\r\nhalf", true)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", false)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", true)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nzz\r\n", false)]
    public async Task AnUploadThatBreaksOffNeverLooksWholeToThePod(string rest, bool reset)
    {
        var (pod, came, body) = Uploaded();
        await using var disposePod = pod;
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        using var client = await RawClient.ConnectAsync(gateway.HttpPort);
        await client.SendAsync($"POST / HTTP/1.1\r\nHost: a.io\r\n{rest}");
        // A chunk that is none may fail the request before a pod is asked for.
        if (!rest.Contains("zz"))
            await came.WaitAsync(Deadline, TestContext.Current.CancellationToken);
        if (reset)
            client.Stream.Socket.LingerState = new LingerOption(true, 0);
        client.Stream.Socket.Close();

        if (!rest.Contains("zz") || came.IsCompleted)
            Assert.Contains(await body.WaitAsync(Deadline, TestContext.Current.CancellationToken), (string[])["", "half", "4\r\nhalf\r\n"]);
    }

    [Fact]
    public async Task AnHttp2UploadThatIsResetNeverLooksWholeToThePod()
    {
        var (pod, came, body) = Uploaded();
        await using var disposePod = pod;
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        using var client = await RawHttp2.ConnectAsync(gateway.HttpPort);
        await client.SendHeadersAsync(1, 0x4 /* END_HEADERS */, [.. Request()[1..], (":method", "POST")]);
        await client.SendAsync(RawHttp2.Data, 0, 1, "half"u8.ToArray());
        await came.WaitAsync(Deadline, TestContext.Current.CancellationToken);
        await client.SendAsync(RawHttp2.ResetStream, 0, 1, [0, 0, 0, 8]);
        Assert.Contains(await body.WaitAsync(Deadline, TestContext.Current.CancellationToken), (string[])["", "4\r\nhalf\r\n"]);
    }

    [Fact]
    public async Task ABodyWithoutALengthThatEndsInAResetIsBrokenForTheClient()
    {
        using var half = new SemaphoreSlim(0);
        await using var pod = new RawOrigin(async (stream, ct) =>
        {
            await RawOrigin.ReadHeadAsync(stream, ct);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\nhalf"u8.ToArray(), ct);
            // Not before the client has it.
            await half.WaitAsync(ct);
            stream.Socket.LingerState = new LingerOption(true, 0);
            stream.Socket.Close();
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);

        using var http1 = await RawClient.ConnectAsync(gateway.HttpPort);
        await http1.SendAsync(Get);
        await http1.ReadHeadAsync();
        Assert.Equal("4\r\nhalf\r\n", await http1.ReadAsync(9));
        half.Release();
        Assert.Equal("", await http1.ReadToEndAsync().WaitAsync(Deadline, TestContext.Current.CancellationToken));

        using var http2 = await RawHttp2.ConnectAsync(gateway.HttpPort);
        await http2.RequestAsync(1, Request());
        while (await http2.ReadAsync() is { } frame && frame.Type != RawHttp2.Data)
        {
            // Settings and headers.
        }
        half.Release();
        Assert.Equal("RESET", await http2.AnswerAsync(1).WaitAsync(Deadline, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1")]
    [InlineData("fe80::1%3", "fe80::1")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    [InlineData("10.0.0.1", "10.0.0.1")]
    public void AClientsAddressIsWrittenPlainly(string address, string expected)
    {
        var connection = new DefaultConnectionContext { RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 1) };
        PeerAddress.Unmap(connection);
        Assert.Equal(expected, ((IPEndPoint)connection.RemoteEndPoint!).Address.ToString());
    }

    [Fact]
    public async Task AnUploadIntoABrokenConnectionGoesOnForAWhileOnly()
    {
        var clock = new ManualClock();
        await using var connection = new EarlyAnswers(new BrokenStream(), clock);
        await connection.WriteAsync(new byte[10], TestContext.Current.CancellationToken);
        clock.Advance(TimeSpan.FromSeconds(29));
        await connection.WriteAsync(new byte[10], TestContext.Current.CancellationToken);
        clock.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<IOException>(async () => await connection.WriteAsync(new byte[10], TestContext.Current.CancellationToken));
    }

    /// <summary>A pod that reads an upload to its end, when its head came, and the text of its body.</summary>
    private static (RawOrigin Pod, Task Came, Task<string> Body) Uploaded()
    {
        var came = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var body = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        return (new RawOrigin(async (stream, ct) =>
        {
            await RawOrigin.ReadHeadAsync(stream, ct);
            came.TrySetResult();
            var text = new StringBuilder();
            var buffer = new byte[4096];
            try
            {
                while (await stream.ReadAsync(buffer, ct) is > 0 and var read)
                    text.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
            catch (IOException)
            {
                // Reset: what came until then is what there is.
            }
            body.TrySetResult(text.ToString());
        }), came.Task, body.Task);
    }

    private static (string Name, string Value)[] Request() =>
        [(":method", "GET"), (":scheme", "http"), (":authority", "a.io"), (":path", "/")];

    private sealed class ManualClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Advance(TimeSpan time) => _now += time.Ticks;
    }

    /// <summary>A connection that the other side has reset.</summary>
    private sealed class BrokenStream : MemoryStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            throw new IOException("broken", new SocketException((int)SocketError.ConnectionReset));
        }
    }
}
