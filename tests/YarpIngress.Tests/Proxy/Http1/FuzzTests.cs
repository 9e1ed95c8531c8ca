using System.Net.Sockets;
using System.Text;

namespace YarpIngress.Tests.Proxy.Http1;

/// <summary>Answers with random damage: something sound comes out, or a failure; never a hang, never another's answer.</summary>
public sealed class FuzzTests
{
    private const int Answers = 400;

    private static readonly string[] Seeds =
    [
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nContent-Type: text/plain\r\n\r\n0123456789",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n5\r\n01234\r\n5;x=y\r\n56789\r\n0\r\nX-T: 1\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 3\r\nX-A: b\r\nX-A: c\r\n\r\nabc",
        "HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n",
        "HTTP/1.0 200 OK\r\nSet-Cookie: a=b\r\nConnection: X-Y\r\nX-Y: z\r\n\r\nuntil the end",
        "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nContent-Length: 10\r\n\r\n",
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task ADamagedAnswerHurtsNoOther(int seed)
    {
        var random = new Random(seed);
        var answers = Enumerable.Range(0, Answers).Select(_ => Damage(random, Seeds[random.Next(Seeds.Length)])).ToArray();
        await using var pod = new RawOrigin(async (stream, ct) =>
        {
            while (await RawOrigin.ReadHeadAsync(stream, ct) is { Length: > 0 } head)
            {
                var number = int.Parse(head.Split(' ')[1].Split('/')[^1]);
                var answer = head.StartsWith("GET /bad/", StringComparison.Ordinal)
                    ? answers[number]
                    : Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {number.ToString().Length}\r\n\r\n{number}");
                // In one piece: bytes that come only after the next request was sent are its answer to every proxy.
                await stream.WriteAsync(answer, ct);
                // What has no end in itself ends here.
                if (head.StartsWith("GET /bad/", StringComparison.Ordinal))
                    stream.Socket.Shutdown(SocketShutdown.Send);
            }
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);

        for (var i = 0; i < Answers; i++)
        {
            var bad = await RawClient.ExchangeAsync(gateway.HttpPort, Request($"/bad/{i}")).WaitAsync(Wait.Deadline, Ct);
            Assert.True(bad.Length == 0 || bad.StartsWith("HTTP/1.1 ", StringComparison.Ordinal), $"Answer {i}: {bad}");
            var good = await RawClient.ExchangeAsync(gateway.HttpPort, Request($"/good/{i}")).WaitAsync(Wait.Deadline, Ct);
            Assert.StartsWith("HTTP/1.1 200 OK\r\n", good);
            Assert.EndsWith($"\r\n\r\n{i}", good);
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\nX-A: b\r\n\r\n0123456789")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n")]
    public async Task AnAnswerThatEndsTooSoonIsNeverWhole(string answer)
    {
        var bytes = Encoding.Latin1.GetBytes(answer);
        var length = 0;
        await using var pod = new RawOrigin(async (stream, ct) =>
        {
            await RawOrigin.ReadHeadAsync(stream, ct);
            await stream.WriteAsync(bytes.AsMemory(0, length), ct);
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        for (length = 0; length <= bytes.Length; length++)
        {
            var got = await RawClient.ExchangeAsync(gateway.HttpPort, Request("/").Replace("GET", "POST")).WaitAsync(Wait.Deadline, Ct);
            var isWhole = got.StartsWith("HTTP/1.1 200", StringComparison.Ordinal)
                && (got.EndsWith("\r\n\r\n0123456789", StringComparison.Ordinal) || got.EndsWith("0\r\n\r\n", StringComparison.Ordinal));
            Assert.Equal(length == bytes.Length, isWhole);
        }
    }

    [Fact]
    public async Task AnAnswerMayComeByteByByte()
    {
        var answer = Encoding.Latin1.GetBytes(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Made\r\nX-A: b\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n");
        await using var pod = new RawOrigin(async (stream, ct) =>
        {
            stream.Socket.NoDelay = true;
            while (await RawOrigin.ReadHeadAsync(stream, ct) is { Length: > 0 })
            {
                for (var i = 0; i < answer.Length; i++)
                    await stream.WriteAsync(answer.AsMemory(i, 1), ct);
            }
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        using var client = Clients.To(gateway.HttpPort, new Version(1, 1));
        for (var i = 0; i < 20; i++)
            Assert.Equal("0123456789", await client.GetStringAsync("http://a.io/", Ct));
    }

    private static string Request(string path) => $"GET {path} HTTP/1.1\r\nHost: a.io\r\nConnection: close\r\n\r\n";

    private static byte[] Damage(Random random, string seed)
    {
        var bytes = Encoding.Latin1.GetBytes(seed).ToList();
        for (var count = random.Next(0, 4); count > 0; count--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.Insert(at, (byte)"\r\n: 0;\0"[random.Next(7)]);
                    break;
                case 2:
                    bytes.RemoveAt(at);
                    break;
                case 3:
                    bytes.RemoveRange(at, bytes.Count - at);
                    bytes.Add((byte)'H');
                    break;
                case 4:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(20, bytes.Count - at)));
                    break;
                case 5:
                    bytes.AddRange(Encoding.Latin1.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"));
                    break;
            }
        }
        return [.. bytes];
    }
}
