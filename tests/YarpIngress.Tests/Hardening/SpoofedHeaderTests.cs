using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using YarpIngress.Pipeline.ClientAddress;
using YarpIngress.Tests.Proxy;
using YarpIngress.Tests.Upstream;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Tests.Hardening;

/// <summary>What a client says of itself that only a proxy can know: no pod hears it as if the gateway had said it.</summary>
public sealed class SpoofedHeaderTests
{
    private const string Lie = "lie.example";

    private static readonly string[] Names =
    [
        "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Proto", "X-Forwarded-Scheme", "X-Scheme", "X-Forwarded-For",
        "X-Real-IP", "X-Original-Forwarded-For",
        "X-Original-Forwarded-Host", "Forwarded", "X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Prefix", "X-Forwarded-Server",
        "X-Forwarded-Ssl",
        "X-Forwarded-Protocol", "X-Url-Scheme", "Front-End-Https", "Proxy", "Keep-Alive", "Proxy-Connection",
        "Proxy-Authorization", "X_Real_IP",
        "X_Forwarded_For", "X.Forwarded.Proto", "Http2-Settings", "Alt-Svc", "Trailer",
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 2)]
    [InlineData(true, 1)]
    [InlineData(true, 2)]
    public async Task AClientSpeaksForItselfOnly(bool tls, int version)
    {
        await using var pod = await EchoAsync(tls);
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint], tls ? BackendProtocol.Https : BackendProtocol.Http);
        foreach (var name in Names)
        {
            var seen = await SendAsync(gateway, version, (name, Lie));
            // Kept under a name that says whose word it is, or refused, or gone.
            Assert.DoesNotContain(
                Lie, string.Join(
                    '\n', seen.Split('\n').Where(line => !line.StartsWith("X-Original-Forwarded-", StringComparison.OrdinalIgnoreCase))));
            if (name.StartsWith("X-Original-Forwarded", StringComparison.Ordinal))
                Assert.DoesNotContain(Lie, seen);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task NoClientTakesTheGatewaysHeadersAway(bool tls)
    {
        await using var pod = await EchoAsync(tls);
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint], tls ? BackendProtocol.Https : BackendProtocol.Http);
        var seen = await SendAsync(
            gateway, 1, ("Connection", "X-Real-IP, X-Forwarded-For, X-Forwarded-Proto, X-Request-ID, Host, Content-Length, X-Mine"), ("X-Mine", "1"), ("X-Kept", "2"));
        foreach (var line in (string[])["X-Real-IP: 127.0.0.1", "X-Forwarded-For: 127.0.0.1", "X-Forwarded-Proto: http", "X-Request-ID: ", "Host: a.io", "X-Kept: 2"])
            Assert.Contains(line, seen, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("X-Mine", seen);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ATrustedProxySpeaksForItsClient(bool tls)
    {
        await using var pod = await EchoAsync(tls);
        await using var gateway = await Gateway.StartAsync();
        gateway.Services.GetRequiredService<ClientTrusts>().Set(new ClientSettings { ForwardedHeaders = true });
        gateway.Serve("a.io", [pod.EndPoint], tls ? BackendProtocol.Https : BackendProtocol.Http);
        foreach (var name in (string[])["Forwarded", "X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Prefix", "X-Forwarded-Ssl"])
            Assert.Contains($"{name}: {Lie}", await SendAsync(gateway, 1, (name, Lie)), StringComparison.OrdinalIgnoreCase);
        // No proxy asks for these.
        foreach (var name in (string[])["Proxy", "Keep-Alive", "X_Real_IP"])
            Assert.DoesNotContain(Lie, await SendAsync(gateway, 1, (name, Lie)));
    }

    [Theory]
    [InlineData("host", "b.io")]
    [InlineData("host", "a.io")]
    [InlineData(":authority", "a.io, b.io")]
    [InlineData(":authority", "b.io@a.io")]
    [InlineData(":authority", "a.io:80:80")]
    [InlineData(":scheme", "http://b.io")]
    [InlineData(":path", "")]
    [InlineData(":path", "x")]
    [InlineData(":path", "*")]
    [InlineData(":path", "http://b.io/")]
    [InlineData(":method", "G T")]
    [InlineData(":method", "TRACE")]
    [InlineData("X-Upper", "1")]
    [InlineData("x-a:b", "1")]
    [InlineData("x-\0", "1")]
    [InlineData("content-length", "5")]
    [InlineData("content-length", "+0")]
    [InlineData("content-length", "0, 0")]
    [InlineData("transfer-encoding", "chunked")]
    [InlineData("te", "gzip")]
    [InlineData("upgrade", "h2c")]
    public async Task WhatHttp2DoesNotAllowReachesNoPodAsSuch(string name, string value)
    {
        await using var pod = new RecordingPod();
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("", [pod.EndPoint]);
        using var http2 = await RawHttp2.ConnectAsync(gateway.HttpPort);
        var request = new Dictionary<string, string> { [":method"] = "GET", [":scheme"] = "http", [":authority"] = "a.io", [":path"] = "/" };
        request[name] = value;
        await http2.RequestAsync(1, [.. request.Select(header => (header.Key, header.Value))]);
        await http2.AnswerAsync(1).WaitAsync(Wait.Deadline, Ct);

        Assert.Empty(pod.Faults);
        foreach (var (head, body) in pod.Requests)
        {
            Assert.StartsWith("GET / HTTP/1.1\r\nHost: a.io\r\n", head);
            Assert.Equal("", body);
            foreach (var never in (string[])["b.io", "Transfer-Encoding", "Content-Length: 5", "h2c", "gzip", "X-Upper", "x-a"])
                Assert.DoesNotContain(never, head);
        }
    }

    private static Task<Origin> EchoAsync(bool tls) => Origin.StartAsync(
        context => context.Response.WriteAsync(
            string.Join('\n', context.Request.Headers.SelectMany(header => header.Value, (header, value) => $"{header.Key}: {value}")), Ct),
        configure: tls ? TlsPods.Serve : null);

    private static async Task<string> SendAsync(Gateway gateway, int version, params (string Name, string Value)[] headers)
    {
        if (version == 1)
        {
            var lines = string.Concat(headers.Select(header => $"{header.Name}: {header.Value}\r\n"));
            using var client = await RawClient.ConnectAsync(gateway.HttpPort);
            // HTTP/1.0 closes by itself, and leaves Connection to the test.
            await client.SendAsync($"GET / HTTP/1.0\r\nHost: a.io\r\n{lines}\r\n");
            return await client.ReadToEndAsync();
        }
        using var http2 = await RawHttp2.ConnectAsync(gateway.HttpPort);
        await http2.RequestAsync(1,
        [
            (":method", "GET"), (":scheme", "http"), (":authority", "a.io"), (":path", "/"),
            .. headers.Select(header => (header.Name.ToLowerInvariant(), header.Value)),
        ]);
        return await http2.AnswerAsync(1).WaitAsync(Wait.Deadline, Ct);
    }
}
