using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using YarpIngress.Benchmarks.Traffic;

namespace YarpIngress.Benchmarks.Soak;

/// <summary>The kinds of request beside plain HTTP/1.1, each at a pace of its own, to one host over the gateway's ports.</summary>
internal sealed class SoakTraffic(string host, int httpPort, int httpsPort, Outcomes outcomes) : IDisposable
{
    private readonly HttpClient _http2 = new(Handler(httpsPort))
    {
        DefaultRequestVersion = HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    private readonly HttpClient _http1 = new(Handler(httpsPort));
    private readonly byte[] _upload = new byte[SoakBackend.LargeBytes];
    private int _done;

    /// <summary>What was asked so far, by all kinds.</summary>
    public int Requests => _done;

    /// <summary>Runs until it is cancelled.</summary>
    public Task RunAsync(CancellationToken ct) => Task.WhenAll(
        PaceAsync("HTTP/2", TimeSpan.FromMilliseconds(5), token => GetAsync(_http2, "/", token), ct),
        PaceAsync("TLS handshake", TimeSpan.FromMilliseconds(100), OverNewConnectionAsync, ct),
        PaceAsync("download", TimeSpan.FromMilliseconds(100), token => GetAsync(_http1, "/large", token), ct),
        PaceAsync("upload", TimeSpan.FromMilliseconds(100), UploadAsync, ct),
        PaceAsync("WebSocket", TimeSpan.FromMilliseconds(200), OverWebSocketAsync, ct),
        PaceAsync("aborted download", TimeSpan.FromMilliseconds(100), AbortDownloadAsync, ct),
        PaceAsync("aborted upload", TimeSpan.FromMilliseconds(100), AbortUploadAsync, ct));

    public void Dispose()
    {
        _http1.Dispose();
        _http2.Dispose();
    }

    private async Task PaceAsync(string kind, TimeSpan pause, Func<CancellationToken, Task> askAsync, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(pause);
        while (await timer.WaitForNextTickAsync(ct))
        {
            try
            {
                await askAsync(ct);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or SocketException or WebSocketException)
            {
                outcomes.Fail($"{kind}: {e.GetType().Name} {e.Message}");
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                outcomes.Fail($"{kind}: no answer in time");
            }

            Interlocked.Increment(ref _done);
        }
    }

    private async Task GetAsync(HttpClient client, string path, CancellationToken ct)
    {
        using var answer = await client.GetAsync(Url(path), ct);
        answer.EnsureSuccessStatusCode();
    }

    private async Task OverNewConnectionAsync(CancellationToken ct)
    {
        using var client = new HttpClient(Handler(httpsPort));
        await GetAsync(client, "/", ct);
    }

    private async Task UploadAsync(CancellationToken ct)
    {
        using var body = new ByteArrayContent(_upload);
        using var answer = await _http1.PostAsync(Url("/"), body, ct);
        answer.EnsureSuccessStatusCode();
    }

    private async Task OverWebSocketAsync(CancellationToken ct)
    {
        using var socket = new ClientWebSocket();
        using var invoker = new HttpMessageInvoker(Handler(httpsPort));
        await socket.ConnectAsync(new Uri($"wss://{host}/"), invoker, ct);
        var buffer = new byte[64];
        for (var message = 0; message < 10; message++)
        {
            await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, ct);
            await socket.ReceiveAsync(buffer, ct);
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, ct);
    }

    private async Task AbortDownloadAsync(CancellationToken ct)
    {
        using var socket = await ConnectAsync(httpPort, ct);
        await socket.SendAsync(HttpConnection.Request("GET", host, "/large"), ct);
        await socket.ReceiveAsync(new byte[10_000], ct);
        socket.Close(timeout: 0);
    }

    private async Task AbortUploadAsync(CancellationToken ct)
    {
        using var socket = await ConnectAsync(httpPort, ct);
        var head = $"POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: {SoakBackend.LargeBytes}\r\n\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(head), ct);
        await socket.SendAsync(_upload.AsMemory(0, 50_000), ct);
        socket.Close(timeout: 0);
    }

    private static async Task<Socket> ConnectAsync(int port, CancellationToken ct)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, ct);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private Uri Url(string path) => new($"https://{host}{path}");

    // Whatever the host, the gateway; its certificate is the benchmark's own.
    private static SocketsHttpHandler Handler(int port) => new()
    {
        ConnectCallback = async (_, ct) => new NetworkStream(await ConnectAsync(port, ct), ownsSocket: true),
        SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
    };
}
