using System.Net;
using System.Net.Sockets;
using System.Text;

namespace YarpIngress.Benchmarks.Cluster;

/// <summary>A backend that answers each request with its own name: as little of its own cost as possible.</summary>
internal sealed class Origin : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly byte[] _answer;
    private readonly Task _accepting;

    public Origin(string name, IPAddress address)
    {
        _answer = Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {name.Length}\r\nContent-Type: text/plain\r\n\r\n{name}");
        _listener.Bind(new IPEndPoint(address, 0));
        _listener.Listen(512);
        Address = (IPEndPoint)_listener.LocalEndPoint!;
        _accepting = AcceptAsync(_stop.Token);
    }

    public IPEndPoint Address { get; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync(CancellationToken ct)
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptAsync(ct), ct);
        }
        catch (Exception e) when (
            e is OperationCanceledException or ObjectDisposedException or SocketException && ct.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(Socket socket, CancellationToken ct)
    {
        using (socket)
        {
            socket.NoDelay = true;
            var buffer = new byte[8192];
            var filled = 0;
            try
            {
                while (await socket.ReceiveAsync(buffer.AsMemory(filled), ct) is > 0 and var read)
                {
                    filled += read;
                    while (buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8) is >= 0 and var end)
                    {
                        await socket.SendAsync(_answer, ct);
                        buffer.AsSpan(end + 4, filled - end - 4).CopyTo(buffer);
                        filled -= end + 4;
                    }
                }
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                // The gateway closed its connection, or the benchmark ends.
            }
        }
    }
}
