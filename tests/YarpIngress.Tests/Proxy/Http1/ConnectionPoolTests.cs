using System.Net.Sockets;
using YarpIngress.Pipeline.Forwarding.Http1;

namespace YarpIngress.Tests.Proxy.Http1;

/// <summary>Connections to pods: which are used again, which never, and when they go.</summary>
public sealed class ConnectionPoolTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a.io\r\n\r\n";
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Ok, 1)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", 1)]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", 1)]
    [InlineData("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 1)]
    [InlineData("HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n", 1)]
    [InlineData("HTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 1)]
    [InlineData("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok", 1)]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 5)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", 5)]
    [InlineData("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello", 5)]
    [InlineData("HTTP/1.1 205 Reset Content\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 5)]
    [InlineData("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nhello", 5)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok\r\n", 5)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", 5)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n0\r\n\r\n", 5)]
    public async Task AConnectionIsUsedAgainOnlyWhenItIsCleanBehindTheAnswer(string answer, int expected)
    {
        var connections = 0;
        await using var pod = new RawOrigin(async (stream, ct) =>
        {
            Interlocked.Increment(ref connections);
            while (await RawOrigin.ReadHeadAsync(stream, ct) is { Length: > 0 })
                await stream.WriteAsync(System.Text.Encoding.Latin1.GetBytes(answer), ct);
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        for (var i = 0; i < 5; i++)
        {
            var got = await RawClient.ExchangeAsync(gateway.HttpPort, Get.Replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
            Assert.DoesNotContain("evil", got);
            Assert.DoesNotContain("hello", got);
            Assert.DoesNotContain(" 502 ", got);
        }
        Assert.Equal(expected, connections);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AHeadRequestsAnswerHasNoBodyWhateverItSays(bool sendsBodyAllTheSame)
    {
        var connections = 0;
        await using var pod = new RawOrigin(async (stream, ct) =>
        {
            Interlocked.Increment(ref connections);
            while (await RawOrigin.ReadHeadAsync(stream, ct) is { Length: > 0 })
            {
                var answer = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n" + (sendsBodyAllTheSame ? "evil" : "");
                await stream.WriteAsync(System.Text.Encoding.Latin1.GetBytes(answer), ct);
            }
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        using var client = await RawClient.ConnectAsync(gateway.HttpPort);
        for (var i = 0; i < 3; i++)
        {
            await client.SendAsync(Get.Replace("GET", "HEAD"));
            var head = await client.ReadHeadAsync();
            Assert.StartsWith("HTTP/1.1 200 OK\r\n", head);
            Assert.Contains("Content-Length: 4\r\n", head);
        }
        Assert.Equal(sendsBodyAllTheSame ? 3 : 1, connections);
    }

    [Fact]
    public async Task WhatAPodSaysUnaskedIsNobodysAnswer()
    {
        using var speak = new SemaphoreSlim(0);
        using var closed = new SemaphoreSlim(0);
        await using var pod = new RawOrigin(async (stream, ct) =>
        {
            await RawOrigin.ReadHeadAsync(stream, ct);
            await stream.WriteAsync(System.Text.Encoding.Latin1.GetBytes(Ok), ct);
            // Once the gateway has passed the answer on, the connection waits.
            await speak.WaitAsync(ct);
            await stream.WriteAsync("HTTP/1.1 408 Request Timeout\r\nContent-Length: 4\r\n\r\nevil"u8.ToArray(), ct);
            Assert.Equal("", await RawOrigin.ReadHeadAsync(stream, ct));
            closed.Release();
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("ok", await Clients.GetAsync(gateway, "a.io"));
            speak.Release();
            Assert.True(await closed.WaitAsync(Wait.Deadline, Ct), "The connection was kept.");
        }
    }

    [Fact]
    public async Task PodsThatCloseTheirConnectionsAtTheWorstMomentCostNoRequest()
    {
        await using var pod = new RawOrigin(async (stream, ct) =>
        {
            var random = new Random();
            while (await RawOrigin.ReadHeadAsync(stream, ct) is { Length: > 0 })
            {
                await stream.WriteAsync(System.Text.Encoding.Latin1.GetBytes(Ok), ct);
                for (var spin = random.Next(3); spin > 0; spin--)
                    await Task.Yield();
                // Now and then without having read the next request, which ends in a reset.
                if (random.Next(3) == 0)
                    return;
            }
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            using var client = Clients.To(gateway.HttpPort, new Version(1, 1));
            for (var i = 0; i < 250; i++)
                Assert.Equal("ok", await client.GetStringAsync("http://a.io/", Ct));
        }));
    }

    [Fact]
    public async Task AnIdleConnectionIsClosedAfterItsTimeAndAPoolWithoutAnyIsForgotten()
    {
        var closed = 0;
        await using var pod = Silent(() => Interlocked.Increment(ref closed));
        using var pools = new ConnectionPools(new Http1Limits
        {
            IdleTimeout = TimeSpan.FromMilliseconds(50),
            SweepInterval = TimeSpan.FromMilliseconds(10),
        });
        var pool = pools.Of($"http://{pod.EndPoint}");
        var connection = await pool.ConnectAsync(Wait.Deadline, Ct);
        pool.Return(connection);
        await Wait.UntilAsync(() => closed == 1, "the idle connection's end");
        await Wait.UntilAsync(() => pools.Count == 0, "the pool's end");
        Assert.Null(pool.TryTake());
        Assert.NotSame(pool, pools.Of(pool.Address));

        // One that was being connected meanwhile belongs to the new pool.
        var late = await pool.ConnectAsync(Wait.Deadline, Ct);
        Assert.NotSame(pool, late.Pool);
        late.Close();
    }

    [Fact]
    public async Task AnOldConnectionServesNoMore()
    {
        await using var pod = Silent(() => { });
        using var pools = new ConnectionPools(new Http1Limits { Lifetime = TimeSpan.Zero });
        var pool = pools.Of($"http://{pod.EndPoint}");
        pool.Return(await pool.ConnectAsync(Wait.Deadline, Ct));
        Assert.Null(pool.TryTake());
        Assert.Equal(0, pool.Count);
    }

    [Fact]
    public async Task OnlySoManyConnectionsWaitAndTheLastServesFirst()
    {
        await using var pod = Silent(() => { });
        using var pools = new ConnectionPools(new Http1Limits { MaximumIdle = 2 });
        var pool = pools.Of($"http://{pod.EndPoint}");
        var connections = new[] { await pool.ConnectAsync(Wait.Deadline, Ct), await pool.ConnectAsync(Wait.Deadline, Ct), await pool.ConnectAsync(Wait.Deadline, Ct) };
        foreach (var connection in connections)
            pool.Return(connection);
        Assert.Equal(2, pool.Count);
        Assert.Same(connections[1], pool.TryTake());
        Assert.Same(connections[0], pool.TryTake());
        Assert.Null(pool.TryTake());
    }

    [Fact]
    public async Task NoMoreConnectionsWaitThanMayHoweverManyComeBackAtOnce()
    {
        await using var pod = Silent(() => { });
        using var pools = new ConnectionPools(new Http1Limits { MaximumIdle = 2 });
        var pool = pools.Of($"http://{pod.EndPoint}");
        for (var round = 0; round < 50; round++)
        {
            var connections = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => pool.ConnectAsync(Wait.Deadline, Ct).AsTask()));
            using var all = new Barrier(connections.Length);
            var threads = connections.Select(connection => new Thread(() =>
            {
                all.SignalAndWait();
                pool.Return(connection);
            })).ToList();
            threads.ForEach(thread => thread.Start());
            threads.ForEach(thread => thread.Join());
            Assert.Equal((2, 2), pool.Connections);
            while (pool.TryTake() is { } connection)
                connection.Close();
        }
    }

    [Fact]
    public async Task AnExchangeInWhichNothingMovesIsEndedAndTheNextOneIsNot()
    {
        await using var pod = Silent(() => { });
        using var pools = new ConnectionPools(new Http1Limits { SweepInterval = TimeSpan.FromMilliseconds(10) });
        var pool = pools.Of($"http://{pod.EndPoint}");
        var connection = await pool.ConnectAsync(Wait.Deadline, Ct);
        connection.BeginExchange(TimeSpan.FromMilliseconds(50), Wait.Deadline);
        await Assert.ThrowsAsync<PodException>(async () => await connection.ReceiveAsync().AsTask().WaitAsync(Wait.Deadline, Ct));
        Assert.Equal(EndReason.Timeout, connection.EndReason);
        // Who reads is woken by the socket, which is closed first.
        await Wait.UntilAsync(() => connection.Ended.IsCancellationRequested, "the end of the exchange");
        connection.Close();
        Assert.Equal(0, pool.Count);
    }

    [Fact]
    public async Task ManyThreadsShareAPool()
    {
        await using var pod = new RawOrigin(async (stream, ct) =>
        {
            var buffer = new byte[4096];
            while (await stream.ReadAsync(buffer, ct) is > 0 and var count)
                await stream.WriteAsync(buffer.AsMemory(0, count), ct);
        });
        using var pools = new ConnectionPools(new Http1Limits { MaximumIdle = 4 });
        var pool = pools.Of($"http://{pod.EndPoint}");
        await Task.WhenAll(Enumerable.Range(0, 16).Select(number => Task.Run(
            async () =>
            {
                var message = BitConverter.GetBytes(number);
                for (var i = 0; i < 200; i++)
                {
                    var connection = pool.TryTake() ?? await pool.ConnectAsync(Wait.Deadline, Ct);
                    connection.BeginExchange(Wait.Deadline, Wait.Deadline);
                    await connection.SendAsync(message);
                    while (connection.Unread.Length < message.Length)
                        Assert.NotEqual(0, await connection.ReceiveAsync());
                    Assert.Equal(message, connection.Unread.ToArray());
                    connection.Consume(message.Length);
                    pool.Return(connection);
                }
            },
            Ct)));
        Assert.InRange(pool.Count, 1, 4);
    }

    /// <summary>A pod that takes connections and says nothing.</summary>
    private static RawOrigin Silent(Action closed) => new(async (stream, ct) =>
    {
        try
        {
            await stream.CopyToAsync(Stream.Null, ct);
        }
        catch (IOException e) when (e.InnerException is SocketException)
        {
            // Reset: closed as well.
        }
        closed();
    });
}
