using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using YarpIngress.LocalCluster;
using YarpIngress.LocalCluster.Pods;

namespace YarpIngress.Tests.LocalCluster.Pods;

public sealed class EchoPodTests : IAsyncLifetime
{
    private const int Port = 8080;
    private const int TlsPort = 8443;
    private readonly AddressBlock _block = AddressBlock.Claim();
    private readonly AddressPool _addresses;
    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
    });

    private EchoServer? _server;

    public EchoPodTests() => _addresses = new AddressPool(_block.Pods, _block.Node);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private EchoServer Server => _server ?? throw new InvalidOperationException("not started");

    public async ValueTask InitializeAsync() => _server = await EchoServer.StartAsync(Cancel);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _client.Dispose();
        _block.Dispose();
    }

    [Fact]
    public async Task Tells_what_it_received()
    {
        await using var pod = Start("web-1");
        pod.ServiceOf = port => port == Port ? "web" : "";
        using var request = new HttpRequestMessage(HttpMethod.Put, Uri(pod, "/a%2Fb/%C3%A9?x=1&y=a%20b"));
        request.Headers.Host = "shop.example";
        request.Headers.Add("X-Two", ["1", "2"]);
        request.Content = new StringContent("hello");
        using var response = await _client.SendAsync(request, Cancel);
        var echo = await ReadAsync(response);

        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(
            ["pod", "service", "namespace", "ingress", "method", "path", "query", "host", "proto", "headers", "body", "tls"],
            echo.Select(member => member.Key));
        Assert.Equal("web-1", (string?)echo["pod"]);
        Assert.Equal("web", (string?)echo["service"]);
        Assert.Equal("demo", (string?)echo["namespace"]);
        Assert.Equal("", (string?)echo["ingress"]);
        Assert.Equal("PUT", (string?)echo["method"]);
        Assert.Equal("/a%2Fb/%C3%A9", (string?)echo["path"]);
        Assert.Equal("x=1&y=a%20b", (string?)echo["query"]);
        Assert.Equal("shop.example", (string?)echo["host"]);
        Assert.Equal("HTTP/1.1", (string?)echo["proto"]);
        Assert.Equal("hello", (string?)echo["body"]);
        Assert.False((bool)echo["tls"]!);
        Assert.Equal(["1, 2"], echo["headers"]!["X-Two"]!.AsArray().Select(value => (string?)value));
    }

    [Theory]
    [InlineData("/a/../b//c/./%2e%2e?q=../x", "/a/../b//c/./%2e%2e", "q=../x")]
    [InlineData("/%41%zz", "/%41%zz", "")]
    [InlineData("http://shop.example/x?y=1", "/x", "y=1")]
    public async Task Keeps_the_path_byte_for_byte(string target, string path, string query)
    {
        await using var pod = Start("web-1");
        var answer = await SendRawAsync(pod, $"GET {target} HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n");
        var echo = JsonNode.Parse(answer[answer.IndexOf('{')..])!;

        Assert.Equal(path, (string?)echo["path"]);
        Assert.Equal(query, (string?)echo["query"]);
    }

    [Fact]
    public async Task Speaks_HTTP2_by_prior_knowledge_on_the_same_port()
    {
        await using var pod = Start("web-1");
        var echo = await ReadAsync(await SendAsync(pod, "/", HttpVersion.Version20));
        Assert.Equal("HTTP/2.0", (string?)echo["proto"]);
        Assert.DoesNotContain(echo["headers"]!.AsObject(), header => header.Key.StartsWith(':'));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Serves_TLS(string version)
    {
        await using var pod = Start("web-1");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://{pod.Address}:{TlsPort}/")
        {
            Version = Version.Parse(version),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        var echo = await ReadAsync(await _client.SendAsync(request, Cancel));
        Assert.True((bool)echo["tls"]!);
    }

    [Fact]
    public async Task Answers_as_the_query_asks()
    {
        await using var pod = Start("web-1");
        using var response = await SendAsync(
            pod, "/?hx_status=503&hx_delay=0.01&hx_h=X-One:%20a%20b&hx_h=Set-Cookie:%20c=1&hx_h=Set-Cookie:%20d=2&hx_size=100000");
        var body = await response.Content.ReadAsByteArrayAsync(Cancel);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("a b", response.Headers.GetValues("X-One").Single());
        Assert.Equal(["c=1", "d=2"], response.Headers.GetValues("Set-Cookie"));
        Assert.Equal(100_000, body.Length);
        Assert.Equal("web-1", (string?)JsonNode.Parse(body)!["pod"]);
    }

    [Theory]
    [InlineData("hx_status=abc")]
    [InlineData("hx_delay=-1")]
    [InlineData("hx_h=nocolon")]
    [InlineData("hx_h=Content-Length:%205")]
    public async Task Refuses_what_it_cannot_do(string query)
    {
        await using var pod = Start("web-1");
        using var response = await SendAsync(pod, "/?" + query);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(query.Split('=')[0], await response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Repeats_only_the_head_of_a_large_body()
    {
        await using var pod = Start("web-1");
        using var request = new HttpRequestMessage(HttpMethod.Post, Uri(pod, "/"))
        {
            Content = new ByteArrayContent(Enumerable.Repeat((byte)'x', 3_000_000).ToArray()),
        };
        using var response = await _client.SendAsync(request, Cancel);
        var echo = await ReadAsync(response);

        Assert.Equal(1024 * 1024, ((string?)echo["body"])!.Length);
        Assert.Equal("3000000", response.Headers.GetValues("Echo-Body-Bytes").Single());
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Echoes_WebSocket_messages(string version)
    {
        await using var pod = Start("web-1");
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = Version.Parse(version);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.AddSubProtocol("chat");
        await socket.ConnectAsync(new Uri($"ws://{pod.Address}:{Port}/chat"), _client, Cancel);
        Assert.Equal("chat", socket.SubProtocol);
        foreach (var text in new[] { "one", "two" })
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, Cancel);
            var buffer = new byte[100];
            var frame = await socket.ReceiveAsync(buffer, Cancel);
            Assert.Equal(text, Encoding.UTF8.GetString(buffer, 0, frame.Count));
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", Cancel);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
    }

    [Fact]
    public async Task Echoes_gRPC_messages_and_ends_with_trailers()
    {
        await using var pod = Start("web-1");
        byte[] message = [0, 0, 0, 0, 3, 1, 2, 3];
        using var request = new HttpRequestMessage(HttpMethod.Post, Uri(pod, "/any.Service/Method"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(message),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        using var response = await _client.SendAsync(request, Cancel);

        Assert.Equal(message, await response.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Equal("0", response.TrailingHeaders.GetValues("grpc-status").Single());
    }

    [Fact]
    public async Task Streams_both_ways()
    {
        await using var pod = Start("web-1");
        using var request = await OpenRequest.BeginAsync(pod.Address, Port);
        await request.FinishAsync();
    }

    [Fact]
    public async Task Sends_events()
    {
        await using var pod = Start("web-1");
        using var request = new HttpRequestMessage(HttpMethod.Get, Uri(pod, "/events?hx_events=3&hx_delay=0.01"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        using var response = await _client.SendAsync(request, Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(3, text.Split("data: {").Length - 1);
    }

    [Fact]
    public async Task Finishes_what_it_began_before_it_ends()
    {
        await using var pod = Start("web-1");
        using var idle = await SendAsync(pod, "/");
        using var request = await OpenRequest.BeginAsync(pod.Address, Port);
        var stopping = pod.StopAsync(Wait.Deadline);
        await request.FinishAsync();
        await stopping;
        Assert.Equal(0, pod.OpenConnections);
        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(pod, "/"));
    }

    [Fact]
    public async Task Two_hundred_pods_share_a_port_number()
    {
        var pods = Enumerable.Range(1, 200).Select(number => Start($"web-{number}")).ToList();
        var names = await Task.WhenAll(pods.Select(async pod => (string?)(await ReadAsync(await SendAsync(pod, "/")))["pod"]));
        Assert.Equal(pods.Select(pod => pod.Identity.Name), names);
        foreach (var pod in pods)
            await pod.DisposeAsync();
    }

    private EchoPod Start(string name)
    {
        var pod = Server.Start(new PodIdentity("demo", name), _addresses.Take()!);
        pod.Listen(Port, tls: false);
        pod.Listen(TlsPort, tls: true);
        return pod;
    }

    private static Uri Uri(EchoPod pod, string target) => new($"http://{pod.Address}:{Port}{target}");

    private async Task<HttpResponseMessage> SendAsync(EchoPod pod, string target, Version? version = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Uri(pod, target))
        {
            Version = version ?? HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        return await _client.SendAsync(request, Cancel);
    }

    private static async Task<string> SendRawAsync(EchoPod pod, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(pod.Address, Port, Cancel);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), Cancel);
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync(Cancel);
    }

    private static async Task<JsonObject> ReadAsync(HttpResponseMessage response) =>
        JsonNode.Parse(await response.Content.ReadAsByteArrayAsync(Cancel))!.AsObject();
}
