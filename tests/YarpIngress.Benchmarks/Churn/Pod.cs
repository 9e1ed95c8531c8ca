using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace YarpIngress.Benchmarks.Churn;

/// <summary>
/// A backend that stops as a pod does: it finishes the requests it has, closes idle connections and refuses new ones.
/// </summary>
internal sealed class Pod : IAsyncDisposable
{
    private static readonly byte[] Answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: text/plain\r\n\r\nok"u8.ToArray();
    private static readonly byte[] LastAnswer =
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nok"u8.ToArray();

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _connections = [];
    private readonly Task _accepting;

    /// <summary>A pod that listens at <paramref name="address"/>.</summary>
    public Pod(IPEndPoint address)
    {
        _listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _listener.Bind(address);
        _listener.Listen(512);
        Address = (IPEndPoint)_listener.LocalEndPoint!;
        _accepting = AcceptAsync();
    }

    public IPEndPoint Address { get; }

    /// <summary>Stops gracefully.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _accepting;
        _listener.Dispose();
        await Task.WhenAll(_connections);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _connections.Add(ServeAsync(await _listener.AcceptAsync(_stopping.Token)));
        }
        catch (OperationCanceledException)
        {
            // The pod stops.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var connection = socket;
        socket.NoDelay = true;
        var buffer = new byte[8192];
        try
        {
            for (var filled = 0; ;)
            {
                // Once a part of a request is there, the pod waits for the rest of it, even while it stops.
                var read = await socket.ReceiveAsync(buffer.AsMemory(filled), filled == 0 ? _stopping.Token : CancellationToken.None);
                if (read == 0)
                    return;
                filled += read;
                while (LengthOfRequest(buffer.AsSpan(0, filled)) is > 0 and var length)
                {
                    await socket.SendAsync(_stopping.IsCancellationRequested ? LastAnswer : Answer);
                    buffer.AsSpan(length, filled - length).CopyTo(buffer);
                    filled -= length;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The pod stops while the connection is idle.
        }
        catch (SocketException)
        {
            // The gateway closed it.
        }
    }

    // 0 while it is incomplete. Bodies have a Content-Length or come in one chunk.
    private static int LengthOfRequest(ReadOnlySpan<byte> received)
    {
        var head = received.IndexOf("\r\n\r\n"u8) + 4;
        if (head < 4)
            return 0;
        var text = Encoding.ASCII.GetString(received[..head]);
        if (text.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase))
        {
            var end = received[head..].IndexOf("0\r\n\r\n"u8);
            return end < 0 ? 0 : head + end + 5;
        }

        const string Name = "\r\nContent-Length: ";
        var at = text.IndexOf(Name, StringComparison.OrdinalIgnoreCase);
        var body = at < 0 ? "0" : text[(at + Name.Length)..].Split('\r')[0];
        var length = head + int.Parse(body, CultureInfo.InvariantCulture);
        return received.Length < length ? 0 : length;
    }
}
