using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace YarpIngress.Tests.Proxy;

/// <summary>HTTP/2 by the byte, in clear: requests that no client library would send.</summary>
internal sealed class RawHttp2(Stream connection) : IDisposable
{
    public const byte Data = 0;
    public const byte Headers = 1;
    public const byte ResetStream = 3;
    public const byte Settings = 4;
    public const byte GoAway = 7;

    public static async Task<RawHttp2> ConnectAsync(int port, params (ushort Setting, uint Value)[] settings)
    {
        return await BeginAsync((await RawClient.ConnectAsync(port)).Stream, settings);
    }

    /// <summary>Over TLS, with the name of a host in the handshake, and maybe a client's certificate.</summary>
    public static async Task<RawHttp2> ConnectTlsAsync(int port, string host, X509Certificate2? certificate = null)
    {
        var secure = new SslStream((await RawClient.ConnectAsync(port)).Stream);
        await secure.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = host,
                ApplicationProtocols = [SslApplicationProtocol.Http2],
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
                ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, [], offline: true),
            },
            TestContext.Current.CancellationToken);
        return await BeginAsync(secure);
    }

    private static async Task<RawHttp2> BeginAsync(Stream connection, params (ushort Setting, uint Value)[] settings)
    {
        await connection.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        var http2 = new RawHttp2(connection);
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

    public async Task SendAsync(byte type, byte flags, int stream, byte[] payload) =>
        await connection.WriteAsync(Frame(type, flags, stream, payload), TestContext.Current.CancellationToken);

    /// <summary>The same frame many times.</summary>
    public static byte[] Frames(byte type, byte flags, int stream, int count, params byte[] payload) =>
        [.. Enumerable.Repeat(Frame(type, flags, stream, payload), count).SelectMany(frame => frame)];

    /// <summary>A request without a body.</summary>
    public static byte[] Request(int stream, string host, string path) => Frame(
        Headers, 0x5, stream, Encode([(":method", "GET"), (":scheme", "http"), (":authority", host), (":path", path)]));

    /// <summary>
    /// Sends and reads nothing, until as many bytes have gone, the other side has had enough or takes nothing for a second, or it
    /// takes too long, as on a busy machine.
    /// </summary>
    public async Task FloodAsync(Func<int, byte[]> frames, long length)
    {
        try
        {
            var began = Stopwatch.GetTimestamp();
            for (var i = 0; length > 0 && Stopwatch.GetElapsedTime(began) < Wait.Deadline / 3; i++)
            {
                var bytes = frames(i);
                length -= bytes.Length;
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
                patience.CancelAfter(TimeSpan.FromSeconds(1));
                await connection.WriteAsync(bytes, patience.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // It has ended the connection, or waits until its answers are read.
        }
    }

    private static byte[] Frame(byte type, byte flags, int stream, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        frame[0] = (byte)(payload.Length >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(1), (ushort)payload.Length);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        return frame;
    }

    /// <summary>The next frame; null when the connection ended, in whatever way.</summary>
    public async Task<(byte Type, byte Flags, int Stream, byte[] Payload)?> ReadAsync()
    {
        try
        {
            var head = new byte[9];
            await connection.ReadExactlyAsync(head, TestContext.Current.CancellationToken);
            var payload = new byte[(head[0] << 16) | BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(1))];
            await connection.ReadExactlyAsync(payload, TestContext.Current.CancellationToken);
            return (head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)), payload);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The bodies of the answers to all of these streams, in their order; "END" for one whose answer did not come whole.</summary>
    public async Task<IReadOnlyList<string>> AnswersAsync(params IReadOnlyList<int> streams)
    {
        var bodies = streams.ToDictionary(stream => stream, _ => new StringBuilder());
        var open = streams.ToHashSet();
        while (open.Count > 0 && await ReadAsync() is { } frame)
        {
            if (frame.Type == Data && bodies.TryGetValue(frame.Stream, out var body))
                body.Append(Encoding.Latin1.GetString(frame.Payload));
            if (frame.Type is Data or Headers && (frame.Flags & 1) != 0)
                open.Remove(frame.Stream);
        }
        return [.. streams.Select(stream => open.Contains(stream) ? "END" : bodies[stream].ToString())];
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

    public void Dispose() => connection.Dispose();

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
