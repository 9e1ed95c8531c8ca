using System.Net;
using System.Net.Sockets;
using System.Text;

namespace YarpIngress.Tests.Proxy;

/// <summary>A pod that speaks bytes: for what a well-behaved server would not do, and for what exactly it is sent.</summary>
internal sealed class RawOrigin : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public RawOrigin(Func<NetworkStream, CancellationToken, Task> serve, IPAddress? address = null)
    {
        _listener = new TcpListener(address ?? IPAddress.Loopback, 0);
        _listener.Start();
        _serving = ServeAsync(serve);
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>A pod that answers each connection's first request with the text of that request's head.</summary>
    public static RawOrigin EchoingHeads() => new(async (stream, ct) =>
    {
        var head = Encoding.Latin1.GetBytes(await ReadHeadAsync(stream, ct));
        await stream.WriteAsync(
            Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {head.Length}\r\n\r\n"), ct);
        await stream.WriteAsync(head, ct);
    });

    /// <summary>A pod that answers each connection's first request with <paramref name="answer"/> and closes.</summary>
    public static RawOrigin Answering(string answer) => new(async (stream, ct) =>
    {
        await ReadHeadAsync(stream, ct);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(answer), ct);
    });

    /// <summary>Reads up to the empty line and no further.</summary>
    public static async Task<string> ReadHeadAsync(Stream stream, CancellationToken ct)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (head.Length < 4 || head.ToString(head.Length - 4, 4) != "\r\n\r\n")
        {
            if (await stream.ReadAsync(one, ct) == 0)
                break;
            head.Append((char)one[0]);
        }
        return head.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync(Func<NetworkStream, CancellationToken, Task> serve)
    {
        List<Task> connections = [];
        try
        {
            while (true)
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token), serve));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client, Func<NetworkStream, CancellationToken, Task> serve)
    {
        using (client)
        {
            try
            {
                await serve(client.GetStream(), _stop.Token);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The gateway went away, or the test is over.
            }
        }
    }
}
