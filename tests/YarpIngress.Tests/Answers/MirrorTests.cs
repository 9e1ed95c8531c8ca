using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using YarpIngress.Tests.EndToEnd;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.Answers;

/// <summary><c>mirror-target</c>, <c>mirror-host</c> and <c>mirror-request-body</c>.</summary>
[Collection(nameof(AnswersCluster))]
public sealed class MirrorTests(AnswersCluster cluster)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("web")]
    [InlineData("h2")]
    public async Task A_mirror_gets_a_copy_of_each_request(string service)
    {
        var copies = new ConcurrentQueue<string>();
        var url = await StartAsync($"mirror-{service}", copies);
        var host = await cluster.AddHostAsync(service, ("mirror-target", $"{url}$request_uri"), ("mirror-host", "copy.example.com"));

        var body = string.Concat(Enumerable.Range(0, 20_000).Select(number => $"{number} "));
        var answer = await cluster.SendAsync(host, "/a?b=c", "POST", body, ("X-Sent", "1"));
        Assert.EndsWith(body, answer.Body, StringComparison.Ordinal);
        await Wait.UntilAsync(() => copies.Contains($"POST /a?b=c copy.example.com 1 {body}"), "copy");
        Assert.Equal(200, (await cluster.SendAsync(host, "/later")).Status);
        await Wait.UntilAsync(() => copies.Any(copy => copy.StartsWith("GET /later copy.example.com", StringComparison.Ordinal)), "copy");
    }

    [Fact]
    public async Task A_mirror_that_takes_the_body_after_the_answer_gets_it_whole()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var host = await cluster.AddHostAsync("web", ("mirror-target", $"https://{listener.LocalEndpoint}/"));
        var body = new string('x', 100_000);
        Assert.Equal(200, (await cluster.SendAsync(host, "/", "POST", body)).Status);

        var pair = TestCertificate.Create("mirror.example");
        using var certificate = X509Certificate2.CreateFromPem(pair.CertificatePem, pair.KeyPem);
        string head;
        SslStream stream;
        do
        {
            // Nothing can be sent before the handshake, and the answer is there. Copies of what asked whether the host is live come first.
            var connection = await listener.AcceptSocketAsync(Ct);
            stream = new SslStream(new NetworkStream(connection, ownsSocket: true));
            await stream.AuthenticateAsServerAsync(certificate);
            head = await RawOrigin.ReadHeadAsync(stream, Ct);
        }
        while (!head.StartsWith("POST ", StringComparison.Ordinal));

        Assert.Contains("\r\nContent-Length: 100000\r\n", head, StringComparison.OrdinalIgnoreCase);
        var copy = new byte[body.Length];
        await stream.ReadExactlyAsync(copy, Ct);
        await stream.DisposeAsync();
        Assert.Equal(body, Encoding.Latin1.GetString(copy));
    }

    [Fact]
    public async Task Without_the_body_only_the_head_is_copied()
    {
        var copies = new ConcurrentQueue<string>();
        var url = await StartAsync("mirror-head", copies);
        var host = await cluster.AddHostAsync("web", ("mirror-target", $"{url}/fixed"), ("mirror-request-body", "off"));
        await cluster.SendAsync(host, "/a", "POST", "text");
        await Wait.UntilAsync(
            () => copies.Any(copy => copy.StartsWith("POST /fixed 127.0.0.1:", StringComparison.Ordinal) && copy.EndsWith(' ')), "copy");
    }

    [Fact]
    public async Task A_mirror_that_is_slow_or_dead_does_not_touch_the_answer()
    {
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await cluster.AddPodAsync("mirror-slow", context => hold.Task.WaitAsync(context.RequestAborted));
        var slow = await cluster.Bed.Api.GetAsync<Kubernetes.Models.V1EndpointSlice>(
            "default", "mirror-slow-1", TestContext.Current.CancellationToken);
        foreach (var target in (string[])[$"http://127.0.0.1:{slow.Ports![0]!.Port}/", "http://127.0.0.1:1/", "http://192.0.2.1/"])
        {
            var host = await cluster.AddHostAsync("web", ("mirror-target", target));
            var answers = await Task.WhenAll(Enumerable.Range(0, 300).Select(
                number => cluster.SendAsync(host, "/", "POST", $"{number}{new string('x', 10_000)}")));
            Assert.All(answers, (answer, number) => Assert.Equal(
                (200, true), (answer.Status, answer.Body.Contains($"\n{number}x", StringComparison.Ordinal))));
        }
        hold.SetResult();
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Of_a_WebSocket_the_mirror_gets_the_question_alone(string version)
    {
        var copies = new ConcurrentQueue<string>();
        var service = $"mirror-socket-{version[0]}";
        var url = await StartAsync(service, copies);
        await cluster.AddPodAsync($"{service}-pod", async context =>
        {
            if (!context.WebSockets.IsWebSocketRequest)
                return;
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[100];
            var message = await socket.ReceiveAsync(buffer, context.RequestAborted);
            await socket.SendAsync(buffer.AsMemory(0, message.Count), message.MessageType, true, context.RequestAborted);
            await socket.ReceiveAsync(buffer, context.RequestAborted);
        });
        var host = await cluster.AddHostAsync(
            $"{service}-pod", ("mirror-target", $"{url}$request_uri"), ("mirror-host", "copy.example.com"));
        using var client = new ClientWebSocket();
        client.Options.HttpVersion = Version.Parse(version);
        client.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        using var invoker = new HttpMessageInvoker(Clients.Handler(cluster.Controller.HttpPort));
        await client.ConnectAsync(new Uri($"ws://{host}/socket?a=b"), invoker, Ct);
        await client.SendAsync(new byte[50], WebSocketMessageType.Text, true, Ct);
        Assert.Equal(50, (await client.ReceiveAsync(new byte[100], Ct)).Count);
        // While the socket is open.
        await Wait.UntilAsync(() => copies.Contains("GET /socket?a=b copy.example.com  "), "copy");
        await client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Ct);
    }

    private async Task<string> StartAsync(string service, ConcurrentQueue<string> copies)
    {
        await cluster.AddPodAsync(service, async context =>
        {
            var body = await new StreamReader(context.Request.Body).ReadToEndAsync(context.RequestAborted);
            copies.Enqueue(
                $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {context.Request.Host} "
                + $"{context.Request.Headers["X-Sent"]} {body}");
            context.Response.StatusCode = 500;
        });
        var slice = await cluster.Bed.Api.GetAsync<Kubernetes.Models.V1EndpointSlice>(
            "default", $"{service}-1", TestContext.Current.CancellationToken);
        return $"http://127.0.0.1:{slice.Ports![0]!.Port}";
    }
}
