using System.Net;
using System.Net.Sockets;
using System.Text;

namespace YarpIngress.Tests.Layer4.Streams;

/// <summary>A pod that speaks some protocol over TCP.</summary>
internal sealed class TcpPod : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<NetworkStream, CancellationToken, Task> _serve;
    private readonly Task _accepting;
    private int _connections;

    public TcpPod(Func<NetworkStream, CancellationToken, Task> serve, IPAddress? address = null)
    {
        (_serve, _listener) = (serve, new TcpListener(address ?? IPAddress.Loopback, 0));
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>Those that came.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Reads all that the client says, and answers with a name and that.</summary>
    public static TcpPod Answering(string name, IPAddress? address = null) => new(
        async (stream, ct) =>
        {
            using var all = new MemoryStream();
            await stream.CopyToAsync(all, ct);
            await stream.WriteAsync(Encoding.Latin1.GetBytes(name + ":"), ct);
            await stream.WriteAsync(all.ToArray(), ct);
        },
        address);

    /// <summary>Answers each byte at once.</summary>
    public static TcpPod Echoing() => new((stream, ct) => stream.CopyToAsync(stream, ct));

    public async ValueTask DisposeAsync()
    {
        if (!_accepting.IsCompleted)
            await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
                open.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            client.NoDelay = true;
            Interlocked.Increment(ref _connections);
            try
            {
                await _serve(client.GetStream(), _stop.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or IOException)
            {
                // The client or the test has gone.
            }
        }
    }
}
