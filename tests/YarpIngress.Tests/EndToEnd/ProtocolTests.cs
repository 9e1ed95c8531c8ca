using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Tests.EndToEnd;

/// <summary>What applications speak, through the gateway to a pod.</summary>
public sealed class ProtocolTests(TestCluster cluster) : EndToEndTest(cluster)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task WebSocket_messages_pass_both_ways(string version)
    {
        var host = await StartAsync();
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = Version.Parse(version);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.SetRequestHeader("Host", host);
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{Cluster.Controller.HttpPort}/ws"), invoker, Cancelled);

        foreach (var text in new[] { "hello", new string('x', 100_000) })
        {
            await socket.SendAsync(System.Text.Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, Cancelled);
            Assert.Equal(text, await ReceiveAsync(socket));
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", Cancelled);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
    }

    [Fact]
    public async Task Grpc_messages_and_trailers_pass_over_h2c()
    {
        var host = await StartAsync("kubernetes.io/h2c");
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var message = RandomNumberGenerator.GetBytes(1000);
        var frame = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{Cluster.Controller.HttpPort}/echo.Echo/Unary")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frame) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        request.Headers.Host = host;
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        using var response = await client.SendAsync(request, Cancelled);

        Assert.Equal(frame, await response.Content.ReadAsByteArrayAsync(Cancelled));
        Assert.Equal("application/grpc", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("0", Assert.Single(response.TrailingHeaders.GetValues("grpc-status")));
    }

    [Fact]
    public async Task A_large_download_streams()
    {
        var host = await StartAsync();
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{Cluster.Controller.HttpPort}/?hx_size=50000000");
        request.Headers.Host = host;
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
        await using var body = await response.Content.ReadAsStreamAsync(Cancelled);

        var (buffer, total) = (new byte[65536], 0L);
        while (await body.ReadAsync(buffer, Cancelled) is > 0 and var read)
            total += read;
        Assert.Equal(50_000_000, total);
    }

    [Fact]
    public async Task A_large_chunked_upload_streams()
    {
        var host = await StartAsync(bodySize: "0");
        var body = new byte[20_000_000];
        using var content = new StreamContent(new MemoryStream(body));
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(
            HttpMethod.Put, $"http://127.0.0.1:{Cluster.Controller.HttpPort}/upload")
        { Content = content };
        request.Headers.Host = host;
        request.Headers.TransferEncodingChunked = true;
        using var response = await client.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Forwarded_headers_name_the_client_and_a_forged_one_is_not_believed()
    {
        var host = await StartAsync();
        var answer = await Gateway.GetAsync(
            host, "/", ("X-Forwarded-For", "203.0.113.7"), ("X-Forwarded-Proto", "https"), ("X-Real-IP", "203.0.113.8"), (
                "Connection", "X-Drop"), ("X-Drop", "1"));

        Assert.Equal(host, answer.PodHeader("Host"));
        Assert.Equal("127.0.0.1", answer.PodHeader("X-Forwarded-For"));
        Assert.Equal("127.0.0.1", answer.PodHeader("X-Real-IP"));
        Assert.Equal("http", answer.PodHeader("X-Forwarded-Proto"));
        Assert.Equal("http", answer.PodHeader("X-Scheme"));
        Assert.Equal(host, answer.PodHeader("X-Forwarded-Host"));
        Assert.Equal("203.0.113.7", answer.PodHeader("X-Original-Forwarded-For"));
        Assert.Null(answer.PodHeader("X-Drop"));
        Assert.Matches("^[0-9a-f]{32}$", answer.PodHeader("X-Request-ID"));
        Assert.Equal("yarp-ingress", answer.Headers["Server"]);
    }

    [Theory]
    [InlineData(201)]
    [InlineData(404)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_pods_status_and_headers_reach_the_client(int status)
    {
        var host = await StartAsync();
        var answer = await Gateway.GetAsync(host, $"/?hx_status={status}&hx_h=X-From-Pod:%20yes&hx_h=Set-Cookie:%20a=b");

        Assert.Equal(status, answer.Code);
        Assert.Equal("yes", answer.Headers["X-From-Pod"]);
        Assert.Equal("a=b", answer.Headers["Set-Cookie"]);
    }

    [Fact]
    public async Task A_pod_that_is_gone_answers_502()
    {
        var pods = await Namespace.StartAppAsync("gone");
        var host = Namespace.Host("gone");
        await Namespace.ApplyIngressAsync("gone", host, ("Prefix", "/", "gone"));
        await pods[0].DisposeAsync();

        Assert.Equal(502, (await Gateway.GetAsync(host)).Code);
    }

    private async Task<string> StartAsync(string? appProtocol = null, string bodySize = "1m")
    {
        await Namespace.StartAppAsync("app", appProtocol: appProtocol);
        var host = Namespace.Host("app");
        var ingress = Namespace.Ingress(host, ("Prefix", "/", "app"));
        ingress["metadata"] = new JsonObject
        {
            ["annotations"] = new JsonObject { ["nginx.ingress.kubernetes.io/proxy-body-size"] = bodySize },
        };
        await Namespace.ApplyAsync<V1Ingress>("app", ingress);
        await Gateway.UntilAsync(host, "/", answer => answer.Service == "app");
        return host;
    }

    private static async Task<string> ReceiveAsync(WebSocket socket)
    {
        using var text = new MemoryStream();
        var buffer = new byte[16384];
        WebSocketReceiveResult received;
        do
        {
            received = await socket.ReceiveAsync(buffer, Cancelled);
            text.Write(buffer, 0, received.Count);
        }
        while (!received.EndOfMessage);
        return System.Text.Encoding.UTF8.GetString(text.ToArray());
    }
}
