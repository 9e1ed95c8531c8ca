using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace YarpIngress.Benchmarks.Propagation;

/// <summary>One keep-alive connection that asks the gateway again and again until the answer is the awaited one.</summary>
internal sealed class Probe : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[16384];

    public Probe(int port) => _socket.Connect(IPAddress.Loopback, port);

    /// <summary>The moment at which the first answer that contains <paramref name="awaited"/> was read.</summary>
    public async Task<long> UntilAsync(string host, string path, string awaited, CancellationToken ct)
    {
        var request = Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        var expected = Encoding.ASCII.GetBytes(awaited);
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var length = await AskAsync(request, ct);
            var now = Stopwatch.GetTimestamp();
            if (_buffer.AsSpan(0, length).IndexOf(expected) >= 0)
                return now;
            if (Stopwatch.GetElapsedTime(started, now) > TimeSpan.FromSeconds(30))
                throw new TimeoutException(
                    $"http://{host}{path} does not answer '{awaited}'; last: {Encoding.UTF8.GetString(_buffer, 0, length)}");
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task<int> AskAsync(byte[] request, CancellationToken ct)
    {
        await _socket.SendAsync(request, ct);
        for (var filled = 0; ;)
        {
            var read = await _socket.ReceiveAsync(_buffer.AsMemory(filled), ct);
            if (read == 0)
                throw new InvalidOperationException("the gateway closed the connection");
            filled += read;
            var answer = _buffer.AsSpan(0, filled);
            var head = answer.IndexOf("\r\n\r\n"u8);
            if (head >= 0 && filled >= head + 4 + ContentLength(answer[..head]))
                return filled;
        }
    }

    private static int ContentLength(ReadOnlySpan<byte> head)
    {
        var text = Encoding.ASCII.GetString(head);
        const string Name = "\r\nContent-Length: ";
        var at = text.IndexOf(Name, StringComparison.OrdinalIgnoreCase);
        return at < 0
            ? 0
            : int.Parse(text.AsSpan(at + Name.Length).ToString().Split('\r')[0], System.Globalization.CultureInfo.InvariantCulture);
    }
}
