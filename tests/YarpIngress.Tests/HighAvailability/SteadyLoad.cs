using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.HighAvailability;

/// <summary>
/// Requests without a pause by every kind of client: connections that are kept and end when the gateway says so, one connection a
/// request, and HTTP/2 over TLS. Nothing is repeated by the test; whatever is no 200 of a pod is a failure.
/// </summary>
internal sealed class SteadyLoad : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _failures = [];
    private readonly List<Task> _clients = [];
    private int[] _answers = [];

    public static SteadyLoad Start(GatewayCluster gateway) =>
        Start(GatewayCluster.Host, gateway.SecureNodePort, gateway.NodePort, gateway.LoadBalancer);

    /// <summary>Asks a host by HTTP/2 over TLS at one address, and in clear at others.</summary>
    public static SteadyLoad Start(string host, Uri secure, params Uri[] gateways)
    {
        var load = new SteadyLoad();
        (string Name, Func<Task<string?>> Send)[] clients =
        [
            .. gateways.Select(gateway => Kept($"kept connection to {gateway}", gateway, host)),
            .. gateways.Select(gateway => Single($"new connection to {gateway}", gateway, host)),
            Http2($"HTTP/2 to {secure}", secure, host),
        ];
        load._answers = new int[clients.Length];
        for (var i = 0; i < clients.Length; i++)
        {
            var (index, (name, send)) = (i, clients[i]);
            load._clients.Add(load.RunAsync(index, name, send));
        }

        return load;
    }

    /// <summary>Waits until every client has got as many more answers.</summary>
    public async Task PassAsync(int answers)
    {
        var before = _answers.ToArray();
        await Wait.UntilAsync(() => _answers.Zip(before, (now, then) => now - then).Min() >= answers, $"{answers} more answers each");
    }

    /// <summary>Ends it, and fails the test with every request that failed.</summary>
    public async Task EndWithoutFailureAsync()
    {
        await StopAsync();
        Assert.True(_failures.IsEmpty, string.Join('\n', _failures));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_clients);
    }

    private async Task RunAsync(int index, string name, Func<Task<string?>> send)
    {
        using var timer = new PeriodicTimer(Pause);
        while (!_stop.IsCancellationRequested)
        {
            var began = TimeProvider.System.GetUtcNow();
            var failure = await send();
            if (failure is not null)
                _failures.Enqueue($"{began:HH:mm:ss.fff} {name}, request {_answers[index]}: {failure}");
            Interlocked.Increment(ref _answers[index]);
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private static (string, Func<Task<string?>>) Kept(string name, Uri gateway, string host)
    {
        TcpClient? client = null;
        return (name, OnceAsync);

        async Task<string?> OnceAsync()
        {
            // What the gateway has closed since, as it may, is no connection to ask on.
            if (client is null || (client.Client.Poll(0, SelectMode.SelectRead) && client.Available == 0))
            {
                client?.Dispose();
                client = new TcpClient { NoDelay = true };
            }

            try
            {
                if (!client.Connected)
                    await client.ConnectAsync(gateway.Host, gateway.Port);
                var (head, body) = await AskAsync(client.GetStream(), host);
                if (head.Contains("\r\nConnection: close\r\n", StringComparison.OrdinalIgnoreCase))
                {
                    client.Dispose();
                    client = null;
                }

                return head.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal) ? null : head + body;
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                client?.Dispose();
                client = null;
                return e.Message;
            }
        }
    }

    private static async Task<(string Head, string Body)> AskAsync(NetworkStream stream, string host)
    {
        await stream.WriteAsync(Encoding.Latin1.GetBytes($"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"));
        var head = await RawOrigin.ReadHeadAsync(stream, CancellationToken.None);
        var length = head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
            ?? throw new IOException($"no Content-Length: {head}");
        var body = new byte[int.Parse(length["Content-Length:".Length..], CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body);
        return (head, Encoding.Latin1.GetString(body));
    }

    private static (string, Func<Task<string?>>) Single(string name, Uri gateway, string host)
    {
        return (name, OnceAsync);

        async Task<string?> OnceAsync()
        {
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
            return await SendAsync(http, gateway, host, HttpVersion.Version11);
        }
    }

    private static (string, Func<Task<string?>>) Http2(string name, Uri gateway, string host)
    {
        var http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = new() { RemoteCertificateValidationCallback = (_, _, _, _) => true, TargetHost = host },
        });
        return (name, () => SendAsync(http, gateway, host, HttpVersion.Version20));
    }

    private static async Task<string?> SendAsync(HttpClient http, Uri gateway, string host, Version version)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, gateway)
        {
            Version = version,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Host = host;
        try
        {
            using var answer = await http.SendAsync(request);
            var body = await answer.Content.ReadAsStringAsync();
            return answer.StatusCode == HttpStatusCode.OK ? null : $"{(int)answer.StatusCode} {body}";
        }
        catch (HttpRequestException e)
        {
            return e.ToString();
        }
    }
}
