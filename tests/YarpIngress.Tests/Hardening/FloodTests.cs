using System.Text;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.Hardening;

/// <summary>Clients that send more than they mean: their connection ends, and the others notice nothing.</summary>
public sealed class FloodTests
{
    private const byte Ping = 6;
    private const byte Continuation = 9;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(20)]
    [InlineData(0)]
    public async Task HeadersThatNeverEndEndTheConnection(int valueLength)
    {
        await using var pod = await Origin.StartAsync("pod");
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        using var client = await RawHttp2.ConnectAsync(gateway.HttpPort);
        var end = client.AnswerAsync(1);
        await client.SendHeadersAsync(1, 0x1 /* END_STREAM, without END_HEADERS */, Request());
        var sent = 0L;
        try
        {
            // Each frame holds a header that is none in itself: only the sum says that something is wrong.
            var header = Literal("x-a", new string('a', valueLength));
            var frame = Enumerable.Repeat(header, valueLength == 0 ? 1 : 100).SelectMany(bytes => bytes).ToArray();
            while (!end.IsCompleted && sent < 64 * 1024 * 1024)
            {
                await client.SendAsync(Continuation, 0, 1, frame);
                sent += frame.Length;
            }
        }
        catch (IOException)
        {
            // Cut off in the middle of it.
        }
        Assert.Contains(await end.WaitAsync(Wait.Deadline, Ct), (string[])["GOAWAY", "END", "RESET"]);
        Assert.InRange(sent, 0, 63 * 1024 * 1024);
        Assert.Equal("pod", await Clients.GetAsync(gateway, "a.io"));
    }

    [Fact]
    public async Task AHeaderBlockIsAsLargeAsWhatItUnpacksTo()
    {
        await using var pod = await Origin.StartAsync("pod");
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        using var client = await RawHttp2.ConnectAsync(gateway.HttpPort);
        // A header of 3 KB that goes into the dynamic table, and then one byte for each time that it is meant.
        var block = new List<byte> { 0x82, 0x86, 0x84 };
        block.AddRange(Literal(":authority", "a.io"));
        block.Add(0x40);
        block.AddRange(Literal("x-bomb", new string('b', 3000))[1..]);
        block.AddRange(Enumerable.Repeat((byte)0xbe, 10_000));
        await client.SendAsync(RawHttp2.Headers, 0x5, 1, [.. block]);
        // 431, or the end of the stream or connection.
        Assert.DoesNotContain("pod", await client.AnswerAsync(1).WaitAsync(Wait.Deadline, Ct));
        Assert.Equal("pod", await Clients.GetAsync(gateway, "a.io"));
    }

    [Theory]
    [InlineData(RawHttp2.Settings, 0, 0)]
    [InlineData(Ping, 0, 8)]
    [InlineData(RawHttp2.Data, 1, 0)]
    public async Task FramesWithoutAnEndHurtNobodyElse(byte type, int stream, int length)
    {
        await using var pod = await Origin.StartAsync("pod");
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        using var client = await RawHttp2.ConnectAsync(gateway.HttpPort);
        var end = client.AnswerAsync(99);
        if (stream > 0)
            await client.SendHeadersAsync(stream, 0x4 /* END_HEADERS */, [.. Request()[1..], (":method", "POST")]);
        try
        {
            for (var i = 0; i < 20_000 && !end.IsCompleted; i++)
                await client.SendAsync(type, 0, stream, new byte[length]);
        }
        catch (IOException)
        {
            // Cut off in the middle of it.
        }
        Assert.Equal("pod", await Clients.GetAsync(gateway, "a.io"));
    }

    [Fact]
    public async Task MoreHeadersThanAnybodySendsAreRefused()
    {
        await using var pod = await Origin.StartAsync("pod");
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        var headers = string.Concat(Enumerable.Range(0, 300).Select(i => $"X-{i}: 1\r\n"));
        Assert.StartsWith("HTTP/1.1 431 ",
            await RawClient.ExchangeAsync(gateway.HttpPort, $"GET / HTTP/1.1\r\nHost: a.io\r\n{headers}\r\n"));
    }

    [Fact]
    public async Task ManySilentConnectionsLeaveRoomForOthers()
    {
        await using var pod = await Origin.StartAsync("pod");
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        var clients = new List<RawClient>();
        try
        {
            for (var i = 0; i < 500; i++)
            {
                var client = await RawClient.ConnectAsync(gateway.HttpPort);
                clients.Add(client);
                // Silent, in a request line, in a header, in a body, before an answer is read.
                await client.SendAsync((i % 5) switch
                {
                    0 => "",
                    1 => "GE",
                    2 => "GET / HTTP/1.1\r\nHost: a.io\r\nX-Slow",
                    3 => "POST / HTTP/1.1\r\nHost: a.io\r\nContent-Length: 100\r\n\r\nhalf",
                    _ => "GET / HTTP/1.1\r\nHost: a.io\r\n\r\n",
                });
            }
            for (var i = 0; i < 20; i++)
                Assert.Equal("pod", await Clients.GetAsync(gateway, "a.io"));
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    private static byte[] Literal(string name, string value)
    {
        using var block = new MemoryStream();
        block.WriteByte(0);
        foreach (var text in (string[])[name, value])
        {
            var rest = text.Length;
            block.WriteByte((byte)Math.Min(rest, 127));
            if (rest >= 127)
            {
                for (rest -= 127; rest >= 128; rest >>= 7)
                    block.WriteByte((byte)((rest & 127) | 128));
                block.WriteByte((byte)rest);
            }
            block.Write(Encoding.Latin1.GetBytes(text));
        }
        return block.ToArray();
    }

    private static (string Name, string Value)[] Request() =>
        [(":method", "GET"), (":scheme", "http"), (":authority", "a.io"), (":path", "/")];
}
