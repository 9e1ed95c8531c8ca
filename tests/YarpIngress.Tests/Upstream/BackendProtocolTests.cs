using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using YarpIngress.Tests.Proxy;
using YarpIngress.Translation.Model;

namespace YarpIngress.Tests.Upstream;

/// <summary>
/// What pods are spoken to, and by which certificate: <c>backend-protocol</c>, <c>proxy-http-version</c>, <c>proxy-ssl-*</c>.
/// </summary>
public sealed class BackendProtocolTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("HTTP", false, "HTTP/1.1")]
    [InlineData("https", true, "HTTP/2")]
    [InlineData("GRPC", false, "HTTP/2")]
    [InlineData("grpcs", true, "HTTP/2")]
    public async Task BackendProtocolIsWhatIsSpoken(string value, bool tls, string expected)
    {
        await using var pod = await ProtocolPodAsync(tls, value is "GRPC" ? HttpProtocols.Http2 : tls ? HttpProtocols.Http1AndHttp2 : HttpProtocols.Http1);
        await using var gateway = await Gateway.StartAsync();
        gateway.ServeAnnotated("a.io", [pod.EndPoint], new Dictionary<string, string> { ["backend-protocol"] = value });
        Assert.Equal($"{expected} {(tls ? "https" : "http")}", await Clients.GetAsync(gateway, "a.io"));
    }

    [Fact]
    public async Task AutoHttpSpeaksTheSchemeOfTheClient()
    {
        await using var plain = await ProtocolPodAsync(tls: false, HttpProtocols.Http1);
        await using var tls = await ProtocolPodAsync(tls: true, HttpProtocols.Http1);
        await using var gateway = await Gateway.StartAsync();
        var auto = new Dictionary<string, string> { ["backend-protocol"] = "AUTO_HTTP" };
        gateway.ServeAnnotated("plain.io", [plain.EndPoint], auto);
        gateway.ServeAnnotated("tls.io", [tls.EndPoint], auto);
        Assert.Equal("HTTP/1.1 http", await Clients.GetAsync(gateway, "plain.io"));
        using var client = Clients.To(gateway.HttpsPort, HttpVersion.Version11);
        Assert.Equal("HTTP/1.1 https", await client.GetStringAsync("https://tls.io/", Ct));
    }

    [Theory]
    [InlineData("HTTP")]
    [InlineData("HTTPS")]
    public async Task ProxyHttpVersion10HasNoChunksAndNoConnectionThatStays(string protocol)
    {
        await using var pod = await Origin.StartAsync(
            async context =>
            {
                using var all = new MemoryStream();
                await context.Request.Body.CopyToAsync(all, context.RequestAborted);
                await context.Response.WriteAsync(
                    $"{context.Request.Protocol} length {context.Request.ContentLength} chunked {context.Request.Headers.TransferEncoding.Count} "
                    + Encoding.ASCII.GetString(all.ToArray()));
            },
            HttpProtocols.Http1,
            protocol == "HTTPS" ? TlsPods.Serve : null);
        await using var gateway = await Gateway.StartAsync();
        gateway.ServeAnnotated(
            "a.io", [pod.EndPoint], new Dictionary<string, string> { ["proxy-http-version"] = "1.0", ["backend-protocol"] = protocol });
        var answer = await RawClient.ExchangeAsync(
            gateway.HttpPort,
            "POST / HTTP/1.1\r\nHost: a.io\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
        Assert.Contains("HTTP/1.0 length 5 chunked 0 abcde", answer);
    }

    [Theory]
    [InlineData("close")]
    [InlineData("keep-alive")]
    public async Task ConnectionProxyHeaderIsSentAndLeavesNoRoomForAnUpgrade(string value)
    {
        await using var pod = RawOrigin.EchoingHeads();
        await using var gateway = await Gateway.StartAsync();
        gateway.ServeAnnotated("a.io", [pod.EndPoint], new Dictionary<string, string> { ["connection-proxy-header"] = value });
        var answer = await RawClient.ExchangeAsync(
            gateway.HttpPort,
            "GET / HTTP/1.1\r\nHost: a.io\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\nGET / HTTP/1.1\r\nHost: a.io\r\nConnection: close\r\n\r\n");
        Assert.Contains($"\r\nConnection: {value}\r\n", answer);
        Assert.DoesNotContain("Upgrade:", answer);
    }

    [Theory]
    [InlineData("close")]
    [InlineData("keep-alive")]
    public async Task ConnectionProxyHeaderIsSentToPodsThatSpeakTlsToo(string value)
    {
        await using var pod = await Origin.StartAsync(
            context => context.Response.WriteAsync($"{context.Request.Headers.Connection} {context.Request.Headers.Upgrade.Count}"),
            HttpProtocols.Http1, TlsPods.Serve);
        await using var gateway = await Gateway.StartAsync();
        gateway.ServeAnnotated(
            "a.io", [pod.EndPoint], new Dictionary<string, string> { ["connection-proxy-header"] = value, ["backend-protocol"] = "HTTPS" });
        Assert.Equal($"{value} 0", await Clients.GetAsync(gateway, "a.io"));
    }

    [Theory]
    [InlineData("HTTP")]
    [InlineData("HTTPS")]
    public async Task WebSocketsPassRoutesWithAnnotations(string protocol)
    {
        await using var pod = await Origin.StartAsync(
            async context =>
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                var buffer = new byte[4096];
                for (var message = await socket.ReceiveAsync(buffer, Ct); message.MessageType is not WebSocketMessageType.Close;
                    message = await socket.ReceiveAsync(buffer, Ct))
                    await socket.SendAsync(buffer.AsMemory(0, message.Count), message.MessageType, message.EndOfMessage, Ct);
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Ct);
            },
            HttpProtocols.Http1,
            protocol == "HTTPS" ? TlsPods.Serve : null);
        await using var gateway = await Gateway.StartAsync();
        gateway.ServeAnnotated(
            "a.io", [pod.EndPoint],
            new Dictionary<string, string>
            {
                ["backend-protocol"] = protocol,
                ["proxy-read-timeout"] = "30",
                ["proxy-body-size"] = "1k",
                ["proxy-request-buffering"] = "on",
                ["proxy-buffering"] = "on",
                ["proxy-next-upstream"] = "error timeout http_503",
            });
        using var socket = new ClientWebSocket();
        using var invoker = new HttpMessageInvoker(Clients.Handler(gateway.HttpPort));
        await socket.ConnectAsync(new Uri("ws://a.io/"), invoker, Ct);
        var received = new byte[3000];
        // More than proxy-body-size: what is sent is no body.
        for (var i = 0; i < 5; i++)
        {
            await socket.SendAsync(new byte[3000], WebSocketMessageType.Binary, true, Ct);
            var count = 0;
            while (count < 3000)
                count += (await socket.ReceiveAsync(received.AsMemory(count), Ct)).Count;
        }
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Ct);
    }

    public static TheoryData<string, string?, string?, string> NamesInHandshakes
    {
        get
        {
            var names = new TheoryData<string, string?, string?, string>();
            foreach (var protocol in new[] { "HTTPS", "GRPCS", "AUTO_HTTP" })
            {
                names.Add(protocol, null, null, "host.io");
                names.Add(protocol, "off", null, "");
                names.Add(protocol, "on", null, "host.io");
                names.Add(protocol, "on", "pod.internal", "pod.internal");
                names.Add(protocol, "off", "pod.internal", "");
            }
            return names;
        }
    }

    [Theory]
    [MemberData(nameof(NamesInHandshakes))]
    public async Task ProxySslServerNameDecidesTheNameInTheHandshake(string protocol, string? serverName, string? name, string expected)
    {
        await using var pod = await HandshakePodAsync();
        await using var gateway = await Gateway.StartAsync();
        var annotations = new Dictionary<string, string> { ["backend-protocol"] = protocol };
        if (serverName is not null)
            annotations["proxy-ssl-server-name"] = serverName;
        if (name is not null)
            annotations["proxy-ssl-name"] = name;
        gateway.ServeAnnotated("host.io", [pod.EndPoint], annotations);
        using var client = Clients.To(gateway.HttpsPort, HttpVersion.Version11);
        Assert.Equal($"[{expected}] host.io none", await client.GetStringAsync("https://host.io/", Ct));
    }

    [Fact]
    public async Task OverPlainHttpAutoHttpMakesNoHandshakeWhateverProxySslServerNameSays()
    {
        await using var pod = await ProtocolPodAsync(tls: false, HttpProtocols.Http1);
        await using var gateway = await Gateway.StartAsync();
        gateway.ServeAnnotated(
            "a.io", [pod.EndPoint],
            new Dictionary<string, string> { ["backend-protocol"] = "AUTO_HTTP", ["proxy-ssl-server-name"] = "on", ["proxy-ssl-name"] = "b.io" });
        Assert.Equal("HTTP/1.1 http", await Clients.GetAsync(gateway, "a.io"));
    }

    [Fact]
    public async Task AConnectionWhoseNameIsTheRequestsHostIsThatHostsAlone()
    {
        await using var pod = await HandshakePodAsync();
        await using var gateway = await Gateway.StartAsync();
        // One backend for both, as with a wildcard host.
        gateway.ServeAnnotated(
            "*.a.io", [pod.EndPoint], new Dictionary<string, string> { ["backend-protocol"] = "HTTPS", ["proxy-ssl-server-name"] = "on" });
        foreach (var host in (string[])["one.a.io", "two.a.io", "one.a.io"])
            Assert.Equal($"[{host}] {host} none", await Clients.GetAsync(gateway, host));
    }

    [Theory]
    [InlineData("HTTPS", "off")]
    [InlineData("HTTPS", null)]
    [InlineData("GRPCS", null)]
    [InlineData("GRPCS", "on")]
    public async Task ProxySslSecretAndVerifyAreMutual(string protocol, string? serverName)
    {
        await using var pod = await HandshakePodAsync(ClientCertificateMode.RequireCertificate);
        await using var gateway = await Gateway.StartAsync();
        var annotations = new Dictionary<string, string>
        {
            ["backend-protocol"] = protocol,
            ["proxy-ssl-secret"] = "default/gateway",
            ["proxy-ssl-verify"] = "on",
            ["proxy-ssl-name"] = "pod.internal",
            ["proxy-ssl-protocols"] = "TLSv1.2",
            ["proxy-ssl-ciphers"] = "ECDHE-ECDSA-AES256-GCM-SHA384",
        };
        if (serverName is not null)
            annotations["proxy-ssl-server-name"] = serverName;
        gateway.ServeAnnotated("good.io", [pod.EndPoint], annotations, credentials: TlsPods.Credentials);
        Assert.EndsWith($"good.io {TlsPods.GatewaySubject} Tls12 TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", await Clients.GetAsync(gateway, "good.io"));

        // Another name than the certificate has.
        annotations["proxy-ssl-name"] = "other.internal";
        gateway.ServeAnnotated("name.io", [pod.EndPoint], annotations, credentials: TlsPods.Credentials);
        Assert.Equal(HttpStatusCode.BadGateway, await Clients.StatusAsync(gateway, "name.io"));

        // Another authority than the certificate's: none of those that the system trusts.
        annotations["proxy-ssl-name"] = "pod.internal";
        annotations.Remove("proxy-ssl-secret");
        await using var open = await HandshakePodAsync();
        gateway.DataPlane.RemoveHost("name.io");
        var policy = new BackendPolicy
        {
            Protocol = protocol == "GRPCS" ? BackendProtocol.Grpcs : BackendProtocol.Https,
            Tls = new BackendTlsPolicy { Verify = true, Name = "pod.internal" },
        };
        gateway.Serve("authority.io", [open.EndPoint], policy.Protocol.Value, policy);
        Assert.Equal(HttpStatusCode.BadGateway, await Clients.StatusAsync(gateway, "authority.io"));
    }

    [Fact]
    public async Task ProxyBufferSizeMakesRoomForALargeHead()
    {
        foreach (var protocol in new[] { BackendProtocol.Http, BackendProtocol.Https })
        {
            await using var pod = await Origin.StartAsync(
                context =>
                {
                    for (var i = 0; i < 100; i++)
                        context.Response.Headers[$"X-{i}"] = new string('x', 1000);
                    return context.Response.WriteAsync("ok");
                },
                HttpProtocols.Http1,
                protocol is BackendProtocol.Https ? TlsPods.Serve : null);
            await using var gateway = await Gateway.StartAsync();
            gateway.ServeAnnotated("large.io", [pod.EndPoint], new Dictionary<string, string> { ["proxy-buffer-size"] = "128k" }, protocol);
            gateway.ServeAnnotated("usual.io", [pod.EndPoint], new Dictionary<string, string> { ["proxy-buffer-size"] = "8k" }, protocol);
            using var handler = Clients.Handler(gateway.HttpPort);
            handler.MaxResponseHeadersLength = 256;
            using var client = new HttpClient(handler);
            Assert.Equal("ok", await client.GetStringAsync("http://large.io/", Ct));
            using var refused = await client.GetAsync("http://usual.io/", Ct);
            Assert.Equal(HttpStatusCode.BadGateway, refused.StatusCode);
        }
    }

    private static Task<Origin> ProtocolPodAsync(bool tls, HttpProtocols protocols) => Origin.StartAsync(
        context => context.Response.WriteAsync($"{context.Request.Protocol} {context.Request.Scheme}"), protocols,
        tls ? TlsPods.Serve : null);

    /// <summary>Answers with the name in the handshake, the host, and the client's certificate.</summary>
    private static Task<Origin> HandshakePodAsync(ClientCertificateMode mode = ClientCertificateMode.NoCertificate) => Origin.StartAsync(
        context =>
        {
            var tls = context.Features.GetRequiredFeature<ITlsHandshakeFeature>();
            var certificate = context.Connection.ClientCertificate;
            var name = context.Features.GetRequiredFeature<IConnectionItemsFeature>().Items["name"];
            return context.Response.WriteAsync(
                $"[{name}] {context.Request.Host} "
                + (certificate is null ? "none" : $"{certificate.Subject} {tls.Protocol} {tls.NegotiatedCipherSuite}"));
        },
        HttpProtocols.Http1AndHttp2,
        listen => listen.UseHttps(https =>
        {
            https.ServerCertificateSelector = (connection, name) =>
            {
                connection!.Items["name"] = name;
                return TlsPods.Pod;
            };
            https.ClientCertificateMode = mode;
            https.ClientCertificateValidation = (certificate, _, _) => certificate.Subject == TlsPods.GatewaySubject;
        }));
}
