using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace YarpIngress.Tests.Proxy;

/// <summary>Bad requests, dead pods, clients that go away.</summary>
public sealed class FaultTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET /../x HTTP/1.1\r\nHost: a.io", 400)]
    [InlineData("GET /%00 HTTP/1.1\r\nHost: a.io", 400)]
    [InlineData("GET /%zz HTTP/1.1\r\nHost: a.io", 400)]
    [InlineData("GET /#x HTTP/1.1\r\nHost: a.io", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a io", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a%2eio", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a..io", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost:", 400)]
    [InlineData("GET / HTTP/1.1", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a.io\r\nHost: b.io", 400)]
    [InlineData("GET http://b.io/ HTTP/1.1\r\nHost: a.io", 400)]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: a.io", 400)]
    [InlineData("TRACE / HTTP/1.1\r\nHost: a.io", 405)]
    [InlineData("CONNECT a.io:80 HTTP/1.1\r\nHost: a.io:80", 405)]
    [InlineData("GET / HTTP/1.1\r\nHost : a.io", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a.io\r\nX: a\r\n folded", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: a.io\r\nContent-Length: 1\r\nContent-Length: 2", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: a.io\r\nTransfer-Encoding: xchunked", 400)]
    public async Task ABadRequestIsRefusedAndReachesNoPod(string head, int status)
    {
        var reached = false;
        await using var pod = await Origin.StartAsync(_ =>
        {
            reached = true;
            return Task.CompletedTask;
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("", [pod.EndPoint]);

        var answer = await RawClient.ExchangeAsync(gateway.HttpPort, head + "\r\nConnection: close\r\n\r\n");

        Assert.StartsWith($"HTTP/1.1 {status} ", answer);
        Assert.False(reached);
    }

    [Fact]
    public async Task AnAmbiguousBodyLengthIsNotPassedOn()
    {
        await using var pod = RawOrigin.EchoingHeads();
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);

        var answer = await RawClient.ExchangeAsync(
            gateway.HttpPort,
            "POST / HTTP/1.1\r\nHost: a.io\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nConnection: "
            + "close\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a.io\r\n\r\n");

        Assert.DoesNotContain("smuggled", answer);
        Assert.StartsWith("HTTP/1.1 400 ", answer);
    }

    [Fact]
    public async Task AnHttp10RequestWithoutHostIsServedByTheHostForAny()
    {
        await using var pod = await Origin.StartAsync("any");
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("", [pod.EndPoint]);
        Assert.EndsWith("any", await RawClient.ExchangeAsync(gateway.HttpPort, "GET / HTTP/1.0\r\n\r\n"));
    }

    [Fact]
    public async Task AnErrorAnswerNamesTheRequestAndNothingElse()
    {
        await using var gateway = await Gateway.StartAsync();
        using var client = Clients.To(gateway.HttpPort, HttpVersion.Version11);
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://a.io/x") { Headers = { { "X-Request-ID", "me-1" } } };
        using var response = await client.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("yarp-ingress", response.Headers.Server.ToString());
        var body = await response.Content.ReadAsStringAsync(Ct);
        Assert.Contains("404 Not Found", body);
        Assert.Contains("me-1", body);

        using var head = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "http://a.io/x"), Ct);
        Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Ct));
    }

    [Fact]
    public async Task AnErrorPageIsWordedAsNginxWordsIt()
    {
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", []);
        using var client = Clients.To(gateway.HttpPort, HttpVersion.Version11);
        using var response = await client.GetAsync("http://a.io/", Ct);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("<h1>503 Service Temporarily Unavailable</h1>", await response.Content.ReadAsStringAsync(Ct));
    }

    [Fact]
    public async Task ADeadEndpointIsPassedOverAndTheBodyStaysWhole()
    {
        using var dead = Refusing();
        using var dead2 = Refusing();
        await using var pod = await Origin.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            await context.Response.WriteAsync(await reader.ReadToEndAsync(context.RequestAborted));
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [EndPoint(dead), EndPoint(dead2), pod.EndPoint]);
        using var client = Clients.To(gateway.HttpPort, HttpVersion.Version11);
        for (var i = 0; i < 12; i++)
        {
            using var response = await client.PostAsync("http://a.io/", new StringContent($"body {i}"), Ct);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal($"body {i}", await response.Content.ReadAsStringAsync(Ct));
        }
    }

    [Fact]
    public async Task WhenNoEndpointAcceptsTheAnswerIs502()
    {
        using var dead = Refusing();
        using var dead2 = Refusing();
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("one.io", [EndPoint(dead)]);
        gateway.Serve("two.io", [EndPoint(dead), EndPoint(dead2)]);
        Assert.Equal(HttpStatusCode.BadGateway, await Clients.StatusAsync(gateway, "one.io"));
        Assert.Equal(HttpStatusCode.BadGateway, await Clients.StatusAsync(gateway, "two.io"));
    }

    [Fact]
    public async Task AnEndpointThatAnswersNothingToAConnectIs504AndAnotherOneServes()
    {
        // A listener whose queue is full lets further connections wait.
        using var full = new Socket(SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        using var waiting = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await waiting.ConnectAsync(full.LocalEndPoint!, Ct);

        await using var pod = await Origin.StartAsync("pod");
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("one.io", [EndPoint(full)]);
        gateway.Serve("two.io", [EndPoint(full), pod.EndPoint]);

        var answers = await Task.WhenAll(
            Clients.StatusAsync(gateway, "one.io"),
            Clients.StatusAsync(gateway, "two.io"),
            Clients.StatusAsync(gateway, "two.io"));
        Assert.Equal([HttpStatusCode.GatewayTimeout, HttpStatusCode.OK, HttpStatusCode.OK], answers);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nbroken header\r\n\r\n")]
    public async Task ABrokenAnswerIs502(string answer)
    {
        await using var pod = RawOrigin.Answering(answer);
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        using var client = Clients.To(gateway.HttpPort, HttpVersion.Version11);
        using var response = await client.PostAsync("http://a.io/", new StringContent("x"), Ct);
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Contains("502 Bad Gateway", await response.Content.ReadAsStringAsync(Ct));
    }

    [Fact]
    public async Task ThePodsOwnErrorsPassUntouched()
    {
        await using var pod = RawOrigin.Answering("HTTP/1.1 502 Mine\r\nContent-Length: 4\r\nConnection: close\r\n\r\npods");
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        var answer = await RawClient.ExchangeAsync(gateway.HttpPort, "GET / HTTP/1.1\r\nHost: a.io\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 502 Mine\r\n", answer);
        Assert.EndsWith("pods", answer);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")]
    public async Task AnAnswerThatBreaksOffIsNotMistakenForAWholeOne(string answer)
    {
        await using var pod = RawOrigin.Answering(answer);
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            using var client = Clients.To(gateway.HttpPort, version);
            await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync("http://a.io/", Ct));
        }
    }

    [Fact]
    public async Task WhenTheClientGoesAwayThePodIsTold()
    {
        var begun = new TaskCompletionSource();
        var aborted = new TaskCompletionSource();
        await using var pod = await Origin.StartAsync(async context =>
        {
            using var registration = context.RequestAborted.Register(() => aborted.TrySetResult());
            begun.SetResult();
            await aborted.Task;
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);

        using (var client = await RawClient.ConnectAsync(gateway.HttpPort))
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a.io\r\n\r\n");
            await begun.Task.WaitAsync(TimeSpan.FromSeconds(30), Ct);
        }
        await aborted.Task.WaitAsync(TimeSpan.FromSeconds(30), Ct);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AnAnswerBeforeTheEndOfTheBodyStands(bool closesAtOnce)
    {
        await using var pod = new RawOrigin(async (stream, ct) =>
        {
            await RawOrigin.ReadHeadAsync(stream, ct);
            await stream.WriteAsync(
                Encoding.Latin1.GetBytes("HTTP/1.1 413 Too Large For Me\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno"), ct);
            if (!closesAtOnce)
                await stream.CopyToAsync(Stream.Null, ct);
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        using var client = Clients.To(gateway.HttpPort, HttpVersion.Version20);
        using var response = await client.PostAsync("http://a.io/", new ByteArrayContent(new byte[8 * 1024 * 1024]), Ct);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("no", await response.Content.ReadAsStringAsync(Ct));
    }

    /// <summary>A port that is taken by a socket that does not listen: it refuses, and nobody else can get it.</summary>
    private static Socket Refusing()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static IPEndPoint EndPoint(Socket socket) => new(IPAddress.Loopback, ((IPEndPoint)socket.LocalEndPoint!).Port);
}
