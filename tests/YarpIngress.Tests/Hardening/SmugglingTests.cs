using System.Text;
using Microsoft.Extensions.DependencyInjection;
using YarpIngress.Proxy.Listeners;
using YarpIngress.Tests.Proxy;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Tests.Hardening;

/// <summary>
/// Requests that servers end in different places, sent by the byte: what the pod reads are whole requests, and none of them is the
/// one that hides in another.
/// </summary>
public sealed class SmugglingTests
{
    private const string Hidden = "GET /hidden HTTP/1.1\r\nHost: a.io\r\nX-Hidden: 1\r\n\r\n";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>What is sent, and what the pod is to see of it: null when nothing.</summary>
    private static readonly (string Raw, string? Body)[] Requests =
    [
        // Two lengths.
        (Post("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + Hidden), null),
        (Post("Transfer-Encoding: chunked\r\nContent-Length: 6\r\n", "0\r\n\r\n" + Hidden), null),
        (Post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", $"{Hidden.Length:x}\r\n{Hidden}\r\n0\r\n\r\n"), null),
        (Post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello" + Hidden), null),
        (Post("Content-Length: 6\r\nContent-Length: 5\r\n", "hello" + Hidden), null),
        (Post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello" + Hidden), null),
        (Post("Content-Length: 5, 5\r\n", "hello" + Hidden), null),
        (Post("Content-Length: 5,6\r\n", "hello" + Hidden), null),
        // Lengths that are none.
        (Post("Content-Length: +5\r\n", "hello" + Hidden), null),
        (Post("Content-Length: -5\r\n", "hello" + Hidden), null),
        (Post("Content-Length: 0x5\r\n", "hello" + Hidden), null),
        (Post("Content-Length: 5 5\r\n", "hello" + Hidden), null),
        (Post("Content-Length: 5.0\r\n", "hello" + Hidden), null),
        (Post("Content-Length: \r\n", "hello" + Hidden), null),
        (Post("Content-Length: 18446744073709551621\r\n", "hello" + Hidden), null),
        (Post("Content-Length: 5\0\r\n", "hello" + Hidden), null),
        (Post("Content-Length:\u000b5\r\n", "hello" + Hidden), null),
        (Post("Content-Length : 5\r\n", "hello" + Hidden), null),
        (Post("Content-Length\t: 5\r\n", "hello" + Hidden), null),
        (Post("\u000bContent-Length: 5\r\n", "hello" + Hidden), null),
        // Encodings that are none.
        (Post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n" + Hidden), null),
        (Post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n" + Hidden), null),
        (Post("Transfer-Encoding: identity\r\n", "0\r\n\r\n" + Hidden), null),
        (Post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n" + Hidden), null),
        (Post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n" + Hidden), null),
        (Post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + Hidden), null),
        (Post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n" + Hidden), null),
        (Post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n" + Hidden), null),
        (Post("Transfer-Encoding: ,chunked\r\n", "0\r\n\r\n" + Hidden), null),
        (Post("Transfer-Encoding: chunked,\r\n", "0\r\n\r\n" + Hidden), null),
        (Post("Transfer-Encoding: chunked;q=1\r\n", "0\r\n\r\n" + Hidden), null),
        (Post("Transfer-Encoding: \u00a0chunked\r\n", "0\r\n\r\n" + Hidden), null),
        (Post("Transfer-Encoding: chunked\u0085\r\n", "0\r\n\r\n" + Hidden), null),
        (Post("Transfer-Encoding:\r\nContent-Length: 5\r\n", "hello" + Hidden), null),
        (Post("Transfer-Encoding: chunk\r\nTransfer-Encoding: ed\r\n", "0\r\n\r\n" + Hidden), null),
        (Post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n" + Hidden), null),
        (Post("Transfer-Encoding:\u000bchunked\r\n", "0\r\n\r\n" + Hidden), null),
        (Post(" Transfer-Encoding: chunked\r\n", "0\r\n\r\n" + Hidden), null),
        (Post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n" + Hidden), null),
        (Post("X: y\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + Hidden), null),
        (Post("X: y\rTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + Hidden), null),
        (Post("Transfer-Encoding: chunked\r\n", "0\r\n\r\n" + Hidden).Replace("HTTP/1.1\r\nHost: a.io\r\nTransfer", "HTTP/1.0\r\nHost: a.io\r\nTransfer"), null),
        // Lines that are folded, or end in half a line end.
        (Get("X: a\r\n b: c\r\n"), null),
        (Get("X: a\r\n\tContent-Length: 5\r\n"), null),
        (Get("X: a\nX-Hidden: 1\r\n"), null),
        (Get("X: a\rX-Hidden: 1\r\n"), null),
        (Get("X: a\0X-Hidden: 1\r\n"), null),
        ("GET / HTTP/1.1\nHost: a.io\n\n" + Hidden, null),
        ("GET / HTTP/1.1\r\nHost: a.io\r\n\n" + Hidden, null),
        // Chunks that are none, or say too much.
        (Chunked("5;x=\n\r\nhello\r\n0\r\n\r\n"), null),
        (Chunked("5;x\nxx\r\nhello\r\n0\r\n\r\n"), null),
        (Chunked("5\nhello\r\n0\r\n\r\n"), null),
        (Chunked("5\r\nhello\n0\r\n\r\n"), null),
        (Chunked("5\r\nhelloX0\r\n\r\n"), null),
        (Chunked("5\r\nhello\r\n0\n\n"), null),
        (Chunked("0x5\r\nhello\r\n0\r\n\r\n"), null),
        (Chunked("+5\r\nhello\r\n0\r\n\r\n"), null),
        (Chunked("-1\r\nhello\r\n0\r\n\r\n"), null),
        (Chunked("\r\nhello\r\n0\r\n\r\n"), null),
        (Chunked("fffffffffffffffff\r\nhello\r\n0\r\n\r\n"), null),
        (Chunked("100000005\r\nhello\r\n0\r\n\r\n"), null),
        (Chunked(" 5\r\nhello\r\n0\r\n\r\n"), null),
        (Chunked("5 \r\nhello\r\n0\r\n\r\n"), null),
        (Chunked("5\t;x\r\nhello\r\n0\r\n\r\n"), null),
        (Chunked("5;a=\"\nhello\r\n0\r\n\r\n"), null),
        // Trailers that are none.
        (Chunked("5\r\nhello\r\n0\r\nGET /hidden HTTP/1.1\r\n\r\n"), null),
        (Chunked("5\r\nhello\r\n0\r\n X: folded\r\n\r\n"), null),
        (Chunked("5\r\nhello\r\n0\r\nX: a\nX-Hidden: 1\r\n\r\n"), null),
        // Request lines.
        ("GET / HTTP/1.1 HTTP/1.1\r\nHost: a.io\r\n\r\n" + Hidden, null),
        ("GET  / HTTP/1.1\r\nHost: a.io\r\n\r\n" + Hidden, null),
        ("GET\t/ HTTP/1.1\r\nHost: a.io\r\n\r\n" + Hidden, null),
        ("GET / http/1.1\r\nHost: a.io\r\n\r\n" + Hidden, null),
        ("GET / HTTP/2.0\r\nHost: a.io\r\n\r\n" + Hidden, null),
        ("GET / HTTP/1.2\r\nHost: a.io\r\n\r\n" + Hidden, null),
        ("GET /\r\n" + Hidden, null),
        ("GET /a\u000bb HTTP/1.1\r\nHost: a.io\r\n\r\n" + Hidden, null),
        ("G(T / HTTP/1.1\r\nHost: a.io\r\n\r\n" + Hidden, null),
        ("CONNECT a.io:80 HTTP/1.1\r\nHost: a.io\r\n\r\n" + Hidden, null),
        ("CONNECT a.io:80 HTTP/1.1\r\nHost: a.io:80\r\nConnection: close\r\n\r\n" + Hidden, null),
        ("OPTIONS * HTTP/1.1\r\nHost: a.io\r\nConnection: close\r\n\r\n" + Hidden, null),
        ("GET * HTTP/1.1\r\nHost: a.io\r\n\r\n" + Hidden, null),
        ("GET a.io:80 HTTP/1.1\r\nHost: a.io\r\n\r\n" + Hidden, null),
        ("GET ftp://a.io/ HTTP/1.1\r\nHost: a.io\r\n\r\n" + Hidden, null),
        ("TRACE / HTTP/1.1\r\nHost: a.io\r\nConnection: close\r\n\r\n" + Hidden, null),
        // Hosts.
        ("GET / HTTP/1.1\r\nHost: a.io\r\nHost: b.io\r\n\r\n" + Hidden, null),
        ("GET / HTTP/1.1\r\nHost: a.io\r\nHost: a.io\r\n\r\n" + Hidden, null),
        ("GET / HTTP/1.1\r\n\r\n" + Hidden, null),
        ("GET / HTTP/1.1\r\nHost:\r\n\r\n", null),
        ("GET / HTTP/1.1\r\nHost: a.io, b.io\r\n\r\n" + Hidden, null),
        ("GET / HTTP/1.1\r\nHost: b.io@a.io\r\n\r\n" + Hidden, null),
        ("GET / HTTP/1.1\r\nHost: a.io/x\r\n\r\n" + Hidden, null),
        ("GET / HTTP/1.1\r\nHost: a.io:80:80\r\n\r\n" + Hidden, null),
        ("GET / HTTP/1.1\r\nHost : a.io\r\n\r\n" + Hidden, null),
        ("GET http://b.io/ HTTP/1.1\r\nHost: a.io\r\n\r\n" + Hidden, null),
        ("GET http://user@a.io/ HTTP/1.1\r\nHost: a.io\r\n\r\n" + Hidden, null),
        ("GET http://a.io:a.io@b.io/ HTTP/1.1\r\nHost: a.io\r\n\r\n" + Hidden, null),
        ("GET http://b.io\\@a.io/ HTTP/1.1\r\nHost: a.io\r\n\r\n" + Hidden, null),
        ("GET http://a.io:81/ HTTP/1.1\r\nHost: a.io\r\n\r\n" + Hidden, null),
        ("GET http:///hidden HTTP/1.1\r\nHost: a.io\r\n\r\n" + Hidden, null),
        ("GET http://a.io HTTP/1.1\r\nHost: a.io\r\nConnection: close\r\n\r\n", ""),
        ("GET http://a.io?x HTTP/1.1\r\nHost: a.io\r\nConnection: close\r\n\r\n", ""),
        ("GET //a.io/ HTTP/1.1\r\nHost: a.io\r\nConnection: close\r\n\r\n", ""),
        // What is sound gets through, and only what is its body is its body.
        (Sound("Content-Length: 5\r\n", "hello"), "hello"),
        (Sound("content-length: 005\r\n", "hello"), "hello"),
        (Sound("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"), "hello"),
        (Sound("transfer-encoding:chunked\r\n", "5;a=b\r\nhello\r\n0\r\nX-Hidden: 1\r\nContent-Length: 9\r\nHost: b.io\r\n\r\n"), "hello"),
        (Sound($"Content-Length: {Hidden.Length}\r\n", Hidden), Hidden),
        (Sound("Transfer-Encoding: chunked\r\n", $"{Hidden.Length:X}\r\n{Hidden}\r\n0\r\n\r\n"), Hidden),
        (Sound($"Expect: 100-continue\r\nContent-Length: {Hidden.Length}\r\n", Hidden), Hidden),
        (Sound($"Connection: Content-Length, close\r\nContent-Length: {Hidden.Length}\r\n", Hidden), Hidden),
        (Sound($"Connection: close, Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\nContent-Length: {Hidden.Length}\r\n", Hidden), Hidden),
        ($"GET / HTTP/1.1\r\nHost: a.io\r\nConnection: close\r\nContent-Length: {Hidden.Length}\r\n\r\n{Hidden}", Hidden),
        ($"OPTIONS / HTTP/1.1\r\nHost: a.io\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n{Hidden.Length:x}\r\n{Hidden}\r\n0\r\n\r\n", Hidden),
        ("\r\n\r\nGET / HTTP/1.1\r\nHost: a.io\r\nConnection: close\r\n\r\n", ""),
        (Sound("Transfer-Encoding: chunked\t\r\n", "00005\r\nhello\r\n000\r\n\r\n"), "hello"),
        (Sound("Transfer-Encoding: chunked\r\n", $"5;{new string('x', 3000)}\r\nhello\r\n0;last\r\n\r\n"), "hello"),
        (Sound("Transfer-Encoding: chunked\r\nTrailer: X-Hidden, Content-Length\r\n",
            "5\r\nhello\r\n0\r\nX-Hidden: 1\r\nTransfer-Encoding: chunked\r\nContent-Length: 50\r\n\r\n"), "hello"),
        (Sound("Transfer_Encoding: chunked\r\nContent_Length: 9\r\nContent-Length: 5\r\n", "hello"), "hello"),
        // Whoever asks for another protocol and does not get it has said no more than his request.
        ("GET / HTTP/1.1\r\nHost: a.io\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n" + Hidden, ""),
        ("GET / HTTP/1.1\r\nHost: a.io\r\nConnection: Upgrade, close\r\nUpgrade: TLS/1.0\r\n\r\n" + Hidden, ""),
        ("GET / HTTP/1.1\r\nHost: a.io\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 77\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" + Hidden, ""),
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task NothingHidesInARequest(bool tls)
    {
        await using var pod = new RecordingPod(tls);
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("", [pod.EndPoint], tls ? BackendProtocol.Https : BackendProtocol.Http);
        // What looks like the beginning of something is not waited for.
        var second = TimeSpan.FromSeconds(1);
        gateway.Services.GetRequiredService<ListenerLimits>().Apply(
            new ListenerSettings { KeepAlive = second, HeaderTimeout = second, BodyTimeout = second });
        List<string> faults = [];
        foreach (var (raw, body) in Requests)
        {
            (pod.Requests, pod.Faults) = ([], []);
            var answer = await ExchangeAsync(gateway, raw);
            // On a busy machine what is sound may come later than the second that there is for it.
            for (var again = 0; again < 5 && body is not null && pod.Requests.IsEmpty && pod.Faults.IsEmpty; again++)
                answer = await ExchangeAsync(gateway, raw);
            var seen = string.Join(" and ", pod.Requests.Select(request => request.Head + request.Body));
            // What looks whole until its last chunk may have gone to the pod; it never ends there.
            if (!pod.Faults.IsEmpty
                || (body is null && !pod.Requests.IsEmpty)
                || (body is not null && (pod.Requests.Count != 1 || pod.Requests.Single().Body != body))
                || pod.Requests.Any(request => request.Head.Contains("idden") || request.Head.Contains("h2c")))
                faults.Add($"{raw} became {seen}{string.Join(" and ", pod.Faults)} and was answered {answer}");
        }
        Assert.True(faults.Count == 0, string.Join("\n=====\n", faults));
    }

    [Fact]
    public async Task RequestsBehindEachOtherStayApart()
    {
        await using var pod = new RecordingPod();
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        var raw = string.Concat(Enumerable.Range(0, 20).Select(i => i % 2 == 0
            ? $"POST /{i} HTTP/1.1\r\nHost: a.io\r\nContent-Length: 3\r\n\r\n{i:000}"
            : $"POST /{i} HTTP/1.1\r\nHost: a.io\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{i:000}\r\n0\r\n\r\n"));
        await ExchangeAsync(gateway, raw + "GET /20 HTTP/1.1\r\nHost: a.io\r\nConnection: close\r\n\r\n");
        Assert.Empty(pod.Faults);
        Assert.Equal(
            Enumerable.Range(0, 21).Select(i => $"/{i} {(i < 20 ? $"{i:000}" : "")}"),
            pod.Requests.Select(request => $"{request.Head.Split(' ')[1]} {request.Body}"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DamagedRequestsBecomeWholeOnesOrNone(bool tls)
    {
        await using var pod = new RecordingPod(tls);
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("", [pod.EndPoint], tls ? BackendProtocol.Https : BackendProtocol.Http);
        var random = new Random(7);
        for (var i = 0; i < 400; i++)
        {
            var bytes = Damage(random, Requests[random.Next(Requests.Length)].Raw);
            await ExchangeAsync(gateway, bytes, closes: true);
            Assert.True(pod.Faults.IsEmpty, $"{bytes} became {string.Join(" and ", pod.Faults)}");
        }
        // And the gateway goes on as ever.
        Assert.Contains(" 200 OK", await ExchangeAsync(gateway, "GET / HTTP/1.1\r\nHost: a.io\r\nConnection: close\r\n\r\n"));
    }

    private static string Damage(Random random, string text)
    {
        var result = new StringBuilder(text);
        for (var count = random.Next(1, 5); count > 0 && result.Length > 2; count--)
        {
            var at = random.Next(result.Length - 1);
            switch (random.Next(5))
            {
                case 0:
                    result[at] = (char)random.Next(256);
                    break;
                case 1:
                    result.Insert(at, "\r\n: 0;\0\t,\"\u000b"[random.Next(11)]);
                    break;
                case 2:
                    result.Remove(at, 1);
                    break;
                case 3:
                    result.Length = at + 1;
                    break;
                case 4:
                    result.Insert(at, result.ToString(at, Math.Min(30, result.Length - at)));
                    break;
            }
        }
        return result.ToString();
    }

    /// <summary>Sends it and waits for the end.</summary>
    private static async Task<string> ExchangeAsync(Gateway gateway, string raw, bool closes = false)
    {
        using var client = await RawClient.ConnectAsync(gateway.HttpPort);
        var answer = client.ReadToEndAsync();
        try
        {
            await client.SendAsync(raw);
            // For what may be the beginning of something; whoever says so wants no answer.
            if (closes)
                client.Stream.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            // Refused before all of it was sent.
        }
        return await answer.WaitAsync(Wait.Deadline, Ct);
    }

    private static string Post(string headers, string body) => $"POST / HTTP/1.1\r\nHost: a.io\r\n{headers}\r\n{body}";

    private static string Sound(string headers, string body) => Post(headers + "Connection: close\r\n", body);

    private static string Get(string headers) => $"GET / HTTP/1.1\r\nHost: a.io\r\n{headers}\r\n{Hidden}";

    private static string Chunked(string body) => Post("Transfer-Encoding: chunked\r\n", body + Hidden);
}
