using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace YarpIngress.Benchmarks.Traffic;

/// <summary>
/// One keep-alive HTTP/1.1 connection at as little cost of its own as possible: requests are ready-made bytes, answers have
/// a Content-Length.
/// </summary>
internal sealed class HttpConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[16384];

    /// <summary>Whether the last answer said that the connection ends with it.</summary>
    public bool Closes { get; private set; }

    public static async Task<HttpConnection> OpenAsync(IPEndPoint address, CancellationToken ct)
    {
        var connection = new HttpConnection();
        try
        {
            await connection._socket.ConnectAsync(address, ct);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Sends a request and reads its answer whole, which is valid until the next call.</summary>
    /// <exception cref="EndOfStreamException">The other side closed before the answer was complete.</exception>
    public async Task<HttpAnswer> AskAsync(ReadOnlyMemory<byte> request, CancellationToken ct)
    {
        await _socket.SendAsync(request, ct);
        for (var filled = 0; ;)
        {
            var read = await _socket.ReceiveAsync(_buffer.AsMemory(filled), ct);
            if (read == 0)
                throw new EndOfStreamException(filled == 0 ? "closed before the answer" : "closed within the answer");
            filled += read;
            if (IsComplete(_buffer.AsSpan(0, filled), out var closes))
            {
                Closes = closes;
                return new HttpAnswer(_buffer.AsMemory(0, filled));
            }
        }
    }

    /// <summary>The bytes of a request without a body, or with one when <paramref name="body"/> is not empty.</summary>
    public static byte[] Request(string method, string host, string path, string body = "") =>
        Encoding.ASCII.GetBytes(
            $"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{(body == "" ? "" : $"Content-Length: {body.Length}\r\n")}\r\n{body}");

    public void Dispose() => _socket.Dispose();

    private static bool IsComplete(ReadOnlySpan<byte> answer, out bool closes)
    {
        closes = false;
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0)
            return false;
        closes = ValueAt(answer[..head], "\r\nConnection: "u8, "\r\nconnection: "u8).StartsWith("close"u8);
        return answer.Length >= head + 4 + ContentLength(answer[..head]);
    }

    private static int ContentLength(ReadOnlySpan<byte> head) =>
        Utf8Parser.TryParse(ValueAt(head, "\r\nContent-Length: "u8, "\r\ncontent-length: "u8), out int length, out _) ? length : 0;

    // haproxy writes names in lower case, the others do not.
    private static ReadOnlySpan<byte> ValueAt(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name, ReadOnlySpan<byte> lowerName)
    {
        var at = head.IndexOf(name);
        if (at < 0)
            at = head.IndexOf(lowerName);
        return at < 0 ? default : head[(at + name.Length)..];
    }
}
