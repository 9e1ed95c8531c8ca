using System.Buffers.Binary;
using System.Text;

namespace YarpIngress.Tests.Proxy;

/// <summary>HTTP/2 by the byte, in clear: requests that no client library would send.</summary>
internal sealed class RawHttp2(RawClient client) : IDisposable
{
    public const byte Data = 0;
    public const byte Headers = 1;
    public const byte ResetStream = 3;
    public const byte Settings = 4;
    public const byte GoAway = 7;

    public static async Task<RawHttp2> ConnectAsync(int port, params (ushort Setting, uint Value)[] settings)
    {
        var client = await RawClient.ConnectAsync(port);
        await client.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        var http2 = new RawHttp2(client);
        var payload = new byte[settings.Length * 6];
        for (var i = 0; i < settings.Length; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(i * 6), settings[i].Setting);
            BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan((i * 6) + 2), settings[i].Value);
        }
        await http2.SendAsync(Settings, 0, 0, payload);
        return http2;
    }

    /// <summary>Sends a request without a body; names and values go as they are.</summary>
    public Task RequestAsync(int stream, params (string Name, string Value)[] headers) =>
        SendAsync(Headers, 0x5 /* END_STREAM, END_HEADERS */, stream, Encode(headers));

    /// <summary>Sends headers with flags of one's own.</summary>
    public Task SendHeadersAsync(int stream, byte flags, params (string Name, string Value)[] headers) =>
        SendAsync(Headers, flags, stream, Encode(headers));

    public async Task SendAsync(byte type, byte flags, int stream, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        frame[0] = (byte)(payload.Length >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(1), (ushort)payload.Length);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        await client.Stream.WriteAsync(frame, TestContext.Current.CancellationToken);
    }

    /// <summary>The next frame; null when the connection ended, in whatever way.</summary>
    public async Task<(byte Type, byte Flags, int Stream, byte[] Payload)?> ReadAsync()
    {
        try
        {
            var head = new byte[9];
            await client.Stream.ReadExactlyAsync(head, TestContext.Current.CancellationToken);
            var payload = new byte[(head[0] << 16) | BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(1))];
            await client.Stream.ReadExactlyAsync(payload, TestContext.Current.CancellationToken);
            return (head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)), payload);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The body of a stream's answer, or how the stream ended without one.</summary>
    public async Task<string> AnswerAsync(int stream)
    {
        var body = new StringBuilder();
        while (await ReadAsync() is { } frame)
        {
            if (frame.Type == GoAway)
                return "GOAWAY";
            if (frame.Stream != stream)
                continue;
            if (frame.Type == ResetStream)
                return "RESET";
            if (frame.Type == Data)
                body.Append(Encoding.Latin1.GetString(frame.Payload));
            if (frame.Type is Data or Headers && (frame.Flags & 1) != 0)
                return body.ToString();
        }
        return "END";
    }

    public void Dispose() => client.Dispose();

    /// <summary>HPACK, literals without indexing or Huffman coding only.</summary>
    private static byte[] Encode((string Name, string Value)[] headers)
    {
        using var block = new MemoryStream();
        foreach (var (name, value) in headers)
        {
            block.WriteByte(0);
            Write(block, name);
            Write(block, value);
        }
        return block.ToArray();
    }

    private static void Write(MemoryStream block, string text)
    {
        var rest = text.Length;
        if (rest < 127)
        {
            block.WriteByte((byte)rest);
        }
        else
        {
            block.WriteByte(127);
            for (rest -= 127; rest >= 128; rest >>= 7)
                block.WriteByte((byte)((rest & 127) | 128));
            block.WriteByte((byte)rest);
        }
        block.Write(Encoding.Latin1.GetBytes(text));
    }
}
