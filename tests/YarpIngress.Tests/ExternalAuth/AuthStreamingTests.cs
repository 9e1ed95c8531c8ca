using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using YarpIngress.Tests.Answers;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.ExternalAuth;

/// <summary><c>auth-url</c>: uploads, HTTP/2 streams and WebSockets wait for the decision, and nothing of them is lost.</summary>
[Collection(nameof(AuthCollection))]
public sealed class AuthStreamingTests(AnswersCluster cluster) : IAsyncLifetime
{
    private readonly TaskCompletionSource _decided = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private AuthServer? _server;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private AuthServer Server => _server ?? throw new InvalidOperationException("not started");

    public async ValueTask InitializeAsync() => _server = await AuthServer.StartAsync(async context =>
    {
        if (context.Request.Headers.ContainsKey("X-Wait"))
        {
            _asked.TrySetResult();
            await _decided.Task.WaitAsync(Wait.Deadline, context.RequestAborted);
        }
        context.Response.StatusCode = context.Request.Headers.ContainsKey("X-Refuse") ? 401 : 200;
    });

    public async ValueTask DisposeAsync()
    {
        _decided.TrySetResult();
        await Server.DisposeAsync();
    }

    [Theory]
    [InlineData(HttpProtocols.Http1, "Content-Length")]
    [InlineData(HttpProtocols.Http2, "Content-Length")]
    [InlineData(HttpProtocols.Http1, "chunked")]
    [InlineData(HttpProtocols.Http2, "chunked")]
    public async Task An_upload_waits_and_arrives_whole(HttpProtocols protocol, string framing)
    {
        var service = $"auth-sum-{protocol}-{framing}".ToLowerInvariant();
        await cluster.AddPodAsync(
            service,
            async context => await context.Response.WriteAsync(
                $"sum {Convert.ToHexString(await SHA256.HashDataAsync(context.Request.Body, context.RequestAborted))}.",
                context.RequestAborted),
            protocol, protocol is HttpProtocols.Http2 ? "kubernetes.io/h2c" : null);
        var host = await cluster.AddHostAsync(service, ("auth-url", Server.Url));
        var parts = Enumerable.Range(0, 40).Select(number => string.Concat(Enumerable.Repeat($"{number:00000} ", 2000))).ToList();
        var body = string.Concat(parts);
        using var client = await RawClient.ConnectAsync(cluster.Controller.HttpPort);
        var head = framing == "chunked" ? "Transfer-Encoding: chunked" : $"Content-Length: {body.Length}";
        await client.SendAsync($"POST /up HTTP/1.1\r\nHost: {host}\r\nX-Wait: 1\r\nConnection: close\r\n{head}\r\n\r\n");
        await client.SendAsync(Framed(parts[0]));
        await _asked.Task.WaitAsync(Wait.Deadline, Ct);
        var reading = client.ReadToEndAsync();
        await client.SendAsync(Framed(parts[1]));
        Assert.False(reading.IsCompleted);
        _decided.SetResult();
        foreach (var part in parts.Skip(2))
            await client.SendAsync(Framed(part));
        await client.SendAsync(framing == "chunked" ? "0\r\n\r\n" : "");
        var answer = await reading;
        Assert.StartsWith("HTTP/1.1 200 OK", answer, StringComparison.Ordinal);
        Assert.Contains($"sum {Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(body)))}.", answer, StringComparison.Ordinal);

        string Framed(string part) => framing == "chunked"
            ? string.Create(CultureInfo.InvariantCulture, $"{part.Length:x}\r\n{part}\r\n")
            : part;
    }

    [Fact]
    public async Task Who_waits_for_100_continue_gets_it_only_once_it_may()
    {
        var host = await cluster.AddHostAsync("web", ("auth-url", Server.Url));
        using var refused = await RawClient.ConnectAsync(cluster.Controller.HttpPort);
        await refused.SendAsync($"POST / HTTP/1.1\r\nHost: {host}\r\nX-Refuse: 1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 401 ", await refused.ReadHeadAsync(), StringComparison.Ordinal);

        using var allowed = await RawClient.ConnectAsync(cluster.Controller.HttpPort);
        await allowed.SendAsync(
            $"POST / HTTP/1.1\r\nHost: {host}\r\nX-Wait: 1\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
        await _asked.Task.WaitAsync(Wait.Deadline, Ct);
        _decided.SetResult();
        Assert.StartsWith("HTTP/1.1 100 ", await allowed.ReadHeadAsync(), StringComparison.Ordinal);
        await allowed.SendAsync("body");
        var answer = await allowed.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.Contains("\nbody", answer, StringComparison.Ordinal);
        Assert.All(Server.Questions, question => Assert.Null(question["Expect"]));
    }

    [Fact]
    public async Task A_stream_of_HTTP_2_waits_and_keeps_its_trailers()
    {
        await cluster.AddPodAsync(
            "auth-grpc",
            async context =>
            {
                context.Response.ContentType = "application/grpc";
                context.Response.DeclareTrailer("grpc-status");
                await context.Request.Body.CopyToAsync(context.Response.Body, context.RequestAborted);
                context.Response.AppendTrailer("grpc-status", "0");
            },
            HttpProtocols.Http2, "kubernetes.io/h2c");
        var host = await cluster.AddHostAsync("auth-grpc", ("auth-url", Server.Url), ("backend-protocol", "GRPC"));
        using var client = Clients.To(cluster.Controller.HttpsPort, HttpVersion.Version20);
        var content = new PushedContent();
        content.Headers.TryAddWithoutValidation("Content-Type", "application/grpc");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"https://{host}/pkg.Service/Method") { Content = content };
        (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        request.Headers.Add("X-Wait", "1");
        request.Headers.Add("TE", "trailers");
        var sending = client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct);
        await content.PushAsync("before ");
        await _asked.Task.WaitAsync(Wait.Deadline, Ct);
        Assert.Equal("application/grpc", Server.Last["Content-Type"]);
        Assert.False(sending.IsCompleted);
        _decided.SetResult();
        await content.PushAsync("after");
        content.Complete();
        using var answer = await sending;
        Assert.Equal("before after", await answer.Content.ReadAsStringAsync(Ct));
        Assert.Equal("0", answer.TrailingHeaders.GetValues("grpc-status").Single());

        using var refused = new HttpRequestMessage(HttpMethod.Post, $"https://{host}/pkg.Service/Method") { Content = new StringContent("x") };
        (refused.Version, refused.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        refused.Headers.Add("X-Refuse", "1");
        using var refusal = await client.SendAsync(refused, Ct);
        Assert.Equal(HttpStatusCode.Unauthorized, refusal.StatusCode);
    }

    [Fact]
    public async Task A_WebSocket_is_opened_once_the_service_agreed()
    {
        await cluster.AddPodAsync("auth-ws", async context =>
        {
            if (!context.WebSockets.IsWebSocketRequest)
                return;
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[100];
            var message = await socket.ReceiveAsync(buffer, context.RequestAborted);
            await socket.SendAsync(buffer.AsMemory(0, message.Count), WebSocketMessageType.Text, true, context.RequestAborted);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", context.RequestAborted);
        });
        var host = await cluster.AddHostAsync("auth-ws", ("auth-url", Server.Url));
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Host", host);
        socket.Options.SetRequestHeader("X-Wait", "1");
        var connecting = socket.ConnectAsync(Address(), Ct);
        await _asked.Task.WaitAsync(Wait.Deadline, Ct);
        Assert.Equal((null, null), (Server.Last["Upgrade"], Server.Last["Connection"]));
        Assert.False(connecting.IsCompleted);
        _decided.SetResult();
        await connecting;
        await socket.SendAsync(Encoding.ASCII.GetBytes("hello"), WebSocketMessageType.Text, true, Ct);
        var echo = new byte[100];
        var received = await socket.ReceiveAsync(echo.AsMemory(), Ct);
        Assert.Equal("hello", Encoding.ASCII.GetString(echo, 0, received.Count));

        using var refused = new ClientWebSocket();
        refused.Options.CollectHttpResponseDetails = true;
        refused.Options.SetRequestHeader("Host", host);
        refused.Options.SetRequestHeader("X-Refuse", "1");
        await Assert.ThrowsAsync<WebSocketException>(() => refused.ConnectAsync(Address(), Ct));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.HttpStatusCode);
    }

    private Uri Address() => new(string.Create(CultureInfo.InvariantCulture, $"ws://127.0.0.1:{cluster.Controller.HttpPort}/chat"));

    /// <summary>A body whose parts the test decides about.</summary>
    private sealed class PushedContent : HttpContent
    {
        private readonly System.Threading.Channels.Channel<string> _parts = System.Threading.Channels.Channel.CreateUnbounded<string>();

        public ValueTask PushAsync(string part) => _parts.Writer.WriteAsync(part, Ct);

        public void Complete() => _parts.Writer.Complete();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await foreach (var part in _parts.Reader.ReadAllAsync(Ct))
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(part), Ct);
                await stream.FlushAsync(Ct);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
