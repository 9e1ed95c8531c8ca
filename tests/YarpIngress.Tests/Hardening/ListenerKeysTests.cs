using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Pipeline.Headers;
using YarpIngress.Proxy.Listeners;
using YarpIngress.Tests.Proxy;
using YarpIngress.Tests.Upstream;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Tests.Hardening;

/// <summary>The keys of the ConfigMap about connections from clients: each takes effect on the next connection.</summary>
public sealed class ListenerKeysTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a.io\r\nX Y: 1\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nContent-Length: x\r\nHost: a.io\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\n\r\n", 400)]
    [InlineData("BAD\r\n\r\n", 400)]
    public async Task WhatKestrelRefusesSaysWhoAnswers(string request, int status)
    {
        await using var gateway = await Gateway.StartAsync();
        var answer = await RawClient.ExchangeAsync(gateway.HttpPort, request);
        Assert.StartsWith($"HTTP/1.1 {status} ", answer);
        Assert.Contains("\r\nServer: yarp-ingress\r\n", answer);
    }

    [Fact]
    public async Task LargeClientHeaderBuffersBoundsLinesAndHeaders()
    {
        await using var pod = await Origin.StartAsync("pod");
        await using var gateway = await StartAsync(("large-client-header-buffers", "2 2k"));
        gateway.Serve("a.io", [pod.EndPoint]);

        Assert.StartsWith("HTTP/1.1 200 ", await GetAsync(gateway, $"/{new string('a', 1900)}", new string('b', 1900)));
        var line = await GetAsync(gateway, $"/{new string('a', 2100)}", "");
        Assert.StartsWith("HTTP/1.1 414 ", line);
        Assert.Contains("\r\nServer: yarp-ingress\r\n", line);
        var headers = await GetAsync(gateway, "/", new string('b', 4100));
        Assert.StartsWith("HTTP/1.1 431 ", headers);
        Assert.Contains("\r\nServer: yarp-ingress\r\n", headers);

        // Live, and gone with the key.
        Apply(gateway);
        Assert.StartsWith("HTTP/1.1 200 ", await GetAsync(gateway, $"/{new string('a', 2100)}", new string('b', 4100)));
    }

    [Fact]
    public async Task KeepAliveRequestsEndsAConnectionGracefully()
    {
        await using var pod = await Origin.StartAsync(context =>
        {
            context.Response.ContentLength = 2;
            return context.Response.WriteAsync("ok");
        });
        await using var gateway = await StartAsync(("keep-alive-requests", "3"));
        gateway.Serve("a.io", [pod.EndPoint]);

        using var client = await RawClient.ConnectAsync(gateway.HttpPort);
        for (var i = 1; i <= 3; i++)
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a.io\r\n\r\n");
            Assert.Equal(i == 3, (await client.ReadHeadAsync()).Contains("\r\nConnection: close\r\n", StringComparison.Ordinal));
            Assert.Equal("ok", await client.ReadAsync(2));
        }
        Assert.Equal("", await client.ReadToEndAsync());

        using var http2 = await RawHttp2.ConnectAsync(gateway.HttpPort);
        for (var stream = 1; stream <= 5; stream += 2)
            await http2.RequestAsync(stream, Request());
        var frames = new List<byte>();
        while (await http2.ReadAsync() is { } frame)
            frames.Add(frame.Type);
        Assert.Contains(RawHttp2.GoAway, frames);
        Assert.Equal(3, frames.Count(type => type == RawHttp2.Headers));
    }

    [Fact]
    public async Task KeepAliveOfNothingServesOneRequestOnEachConnection()
    {
        await using var pod = await Origin.StartAsync("pod");
        await using var gateway = await StartAsync(("keep-alive", "0"));
        gateway.Serve("a.io", [pod.EndPoint]);
        using var client = await RawClient.ConnectAsync(gateway.HttpPort);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a.io\r\n\r\n");
        Assert.Contains("\r\nConnection: close\r\n", await client.ReadToEndAsync());
    }

    [Theory]
    [InlineData("keep-alive", "GET / HTTP/1.1\r\nHost: a.io\r\n\r\n", "200")]
    [InlineData("client-header-timeout", "", "")]
    [InlineData("client-header-timeout", "GET / HTTP/1.1\r\nHost: a.io\r\nX-Slow", "408")]
    [InlineData("client-body-timeout", "POST / HTTP/1.1\r\nHost: a.io\r\nContent-Length: 100\r\n\r\nhalf", "408")]
    [InlineData("client-body-timeout", "POST / HTTP/1.1\r\nHost: a.io\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", "408")]
    [InlineData("client-body-timeout", "POST / HTTP/1.1\r\nHost: tls.io\r\nContent-Length: 100\r\n\r\nhalf", "408")]
    [InlineData("client-body-timeout", "POST / HTTP/1.1\r\nHost: buffered.io\r\nContent-Length: 100\r\n\r\nhalf", "408")]
    [InlineData("client-body-timeout", "POST / HTTP/1.1\r\nHost: h2.io\r\nContent-Length: 100\r\n\r\nhalf", "408")]
    [InlineData("client-body-timeout", "POST / HTTP/1.1\r\nHost: h2.io\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", "408")]
    public async Task AClientThatStopsIsLetGo(string key, string request, string status)
    {
        await using var pod = await Origin.StartAsync(ReadAsync);
        await using var tls = await Origin.StartAsync(ReadAsync, configure: TlsPods.Serve);
        await using var gateway = await StartAsync((key, "1"));
        gateway.Serve("a.io", [pod.EndPoint]);
        await using var http2 = await Origin.StartAsync(ReadAsync, HttpProtocols.Http2);
        gateway.Serve("tls.io", [tls.EndPoint], BackendProtocol.Https);
        gateway.Serve("h2.io", [http2.EndPoint], BackendProtocol.H2c);
        gateway.ServeAnnotated("buffered.io", [pod.EndPoint], new Dictionary<string, string> { ["proxy-request-buffering"] = "on" });
        async Task<string> AskAsync()
        {
            using var client = await RawClient.ConnectAsync(gateway.HttpPort);
            await client.SendAsync(request);
            // Until the other side closes; without the key that would take a minute.
            return await client.ReadToEndAsync().WaitAsync(Wait.Deadline, Ct);
        }

        // On a busy machine even the request may come later than the second that there is for it.
        var answer = await Wait.ForAsync(AskAsync, answer => answer.Length > 0 || status.Length == 0, "an answer");
        Assert.StartsWith(status.Length > 0 ? $"HTTP/1.1 {status} " : "", answer);
        if (status.Length > 0)
            Assert.Contains("\r\nServer: yarp-ingress\r\n", answer);
    }

    [Fact]
    public async Task ClientBodyTimeoutEndsAStreamWhoseClientRestsWhileItIsAnswered()
    {
        var ended = new TaskCompletionSource();
        await using var pod = await Origin.StartAsync(
            async context =>
            {
                try
                {
                    await context.Response.WriteAsync("begun", context.RequestAborted);
                    await context.Response.Body.FlushAsync(context.RequestAborted);
                    await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
                }
                catch (Exception e) when (e is IOException or OperationCanceledException)
                {
                    ended.SetResult();
                }
            },
            HttpProtocols.Http2);
        // Long enough for the answer to begin.
        await using var gateway = await StartAsync(("client-body-timeout", "5"));
        gateway.Serve("a.io", [pod.EndPoint], BackendProtocol.H2c);
        using var client = await RawHttp2.ConnectAsync(gateway.HttpPort);
        await client.SendHeadersAsync(1, 0x4 /* END_HEADERS */, [.. Request()[1..], (":method", "POST")]);
        await client.SendAsync(RawHttp2.Data, 0, 1, "half"u8.ToArray());

        Assert.Equal("RESET", await client.AnswerAsync(1).WaitAsync(Wait.Deadline, Ct));
        await ended.Task.WaitAsync(Wait.Deadline, Ct);
        // The connection goes on, and so does a stream whose client has said all.
        await client.RequestAsync(3, Request());
        Assert.Equal("begun", await client.AnswerAsync(3).WaitAsync(Wait.Deadline, Ct));
    }

    [Fact]
    public async Task Http2MaxConcurrentStreamsIsToldToClients()
    {
        await using var gateway = await StartAsync(("http2-max-concurrent-streams", "7"));
        using var client = await RawHttp2.ConnectAsync(gateway.HttpPort);
        while (await client.ReadAsync() is { } frame)
        {
            if (frame.Type != RawHttp2.Settings || frame.Payload.Length == 0)
                continue;
            // SETTINGS_MAX_CONCURRENT_STREAMS.
            Assert.Contains(frame.Payload.Chunk(6), setting => setting is [0, 3, 0, 0, 0, 7]);
            return;
        }
        Assert.Fail("The connection ended without settings.");
    }

    [Theory]
    [InlineData(null, null, "X-Plain")]
    [InlineData("enable-underscores-in-headers", "true", "X-Plain,X_Under")]
    [InlineData("ignore-invalid-headers", "false", "X-Plain,X.Dot,X_Under")]
    public async Task HeadersWithOtherNamesPassWhereThatIsAskedFor(string? key, string? value, string expected)
    {
        await using var pod = RawOrigin.EchoingHeads();
        await using var gateway = key is null || value is null ? await StartAsync() : await StartAsync((key, value));
        gateway.Serve("a.io", [pod.EndPoint]);
        var seen = await RawClient.ExchangeAsync(
            gateway.HttpPort,
            "GET / HTTP/1.1\r\nHost: a.io\r\nConnection: close\r\nX-Plain: 1\r\nX_Under: 1\r\nX.Dot: 1\r\n"
            + "X_Real_IP: 6.6.6.6\r\nX.Forwarded_For: 6.6.6.6\r\nTransfer_Encoding: chunked\r\nContent_Length: 9\r\nHost_: b\r\n\r\n");

        Assert.Equal(expected, string.Join(',', new[] { "X-Plain", "X.Dot", "X_Under" }.Where(
            name => seen.Contains($"\r\n{name}: 1\r\n", StringComparison.Ordinal))));
        Assert.DoesNotContain("6.6.6.6", seen);
        Assert.DoesNotContain("Transfer_", seen);
        Assert.DoesNotContain("Content_", seen);
    }

    [Fact]
    public async Task ConnectionsComeInAtTheAddressesThatAreNamed()
    {
        await using var pod = await Origin.StartAsync("pod");
        await using var gateway = await StartAsync(("bind-address", "127.0.0.1, ::1"));
        gateway.Serve("a.io", [pod.EndPoint]);
        foreach (var port in (int[])[gateway.HttpPort, gateway.HttpsPort])
        {
            Assert.StartsWith("HTTP/1.1 200 ", await GetAsync(gateway, "/", "1"));
            // Of IPv6 alone one is named.
            Apply(gateway, ("bind-address", "2001:db8::1"));
            Assert.StartsWith("HTTP/1.1 200 ", await GetAsync(gateway, "/", "1"));
            Apply(gateway, ("bind-address", "192.0.2.1"));
            Assert.Equal("", await RefusedAsync(port).WaitAsync(Wait.Deadline, Ct));
            Apply(gateway, ("bind-address", "192.0.2.1,127.0.0.1"));
        }
        Assert.StartsWith("HTTP/1.1 200 ", await GetAsync(gateway, "/", "1"));
    }

    /// <summary>What comes on a connection; its end may come before it is known to be there.</summary>
    private static async Task<string> RefusedAsync(int port)
    {
        try
        {
            using var client = await RawClient.ConnectAsync(port);
            return await client.ReadToEndAsync();
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.ConnectionReset)
        {
            return "";
        }
    }

    [Theory]
    [InlineData("", false, true, true)]
    [InlineData("", true, true, false)]
    [InlineData("192.0.2.1", false, true, true)]
    [InlineData("192.0.2.9", false, false, true)]
    [InlineData("192.0.2.9", true, false, false)]
    [InlineData("2001:db8::9", false, true, false)]
    [InlineData("192.0.2.1, 2001:db8::1", false, true, true)]
    [InlineData("192.0.2.1, 2001:db8::1", true, true, false)]
    public void EachFamilyIsNamedForItself(string addresses, bool disable, bool takes4, bool takes6)
    {
        var settings = Read(("bind-address", addresses), ("disable-ipv6", disable ? "true" : "false")).Settings.Listeners;
        Assert.Equal(takes4, settings.Takes(IPAddress.Parse("192.0.2.1")));
        Assert.Equal(takes4, settings.Takes(IPAddress.Parse("::ffff:192.0.2.1")));
        Assert.Equal(takes6, settings.Takes(IPAddress.Parse("2001:db8::1")));
    }

    [Fact]
    public void EveryKeyIsReadAndWhatItCantBeIsAProblem()
    {
        (string Name, string[] Good, string[] Bad)[] keys =
        [
            ("client-header-timeout", ["1", "600"], ["0", "-1", "1m", ""]),
            ("client-body-timeout", ["1", "600"], ["0", "x"]),
            ("keep-alive", ["0", "75"], ["-1", "75s"]),
            ("keep-alive-requests", ["0", "1000"], ["-1", "many"]),
            ("large-client-header-buffers", ["4 8k", "1 1024"], ["8k", "0 8k", "4 1", "4 8k 1", "64 1m"]),
            ("http2-max-concurrent-streams", ["1", "128"], ["0", "100000"]),
            ("ignore-invalid-headers", ["true", "false"], ["on"]),
            ("enable-underscores-in-headers", ["true", "false"], ["yes"]),
            ("client-header-buffer-size", ["1k"], ["big"]),
            ("proxy-headers-hash-max-size", ["1024"], ["1k"]),
            ("proxy-headers-hash-bucket-size", ["128"], ["-1"]),
            ("http2-max-field-size", ["8k"], ["big"]),
            ("http2-max-header-size", ["16k"], ["big"]),
            ("http2-max-requests", ["1000"], ["-1"]),
        ];
        foreach (var (name, good, bad) in keys)
        {
            foreach (var value in good)
                Assert.Empty(Read((name, value)).Problems);
            foreach (var value in bad)
            {
                var problem = Assert.Single(Read((name, value)).Problems);
                Assert.Equal((ProblemReasons.InvalidSetting, $"data.{name}"), (problem.Reason, problem.Field));
                Assert.Equal(new GlobalSettings(), Read((name, value)).Settings);
            }
        }
    }

    private static async Task ReadAsync(HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        context.Response.ContentLength = 2;
        await context.Response.WriteAsync("ok", context.RequestAborted);
    }

    private static async Task<Gateway> StartAsync(params (string Name, string Value)[] keys)
    {
        var gateway = await Gateway.StartAsync();
        Apply(gateway, keys);
        return gateway;
    }

    /// <summary>As the controller does when the ConfigMap changes.</summary>
    private static void Apply(Gateway gateway, params (string Name, string Value)[] keys)
    {
        var (settings, problems) = Read(keys);
        Assert.Empty(problems);
        gateway.Services.GetRequiredService<ListenerLimits>().Apply(settings.Listeners);
        gateway.Services.GetRequiredService<HeaderDefaults>().Set(settings.Headers);
    }

    private static (GlobalSettings Settings, EquatableArray<Problem> Problems) Read(params (string Name, string Value)[] keys) =>
        GlobalSettingsReader.Read(
            new ObjectKey("default", "global"), new V1ConfigMap { Data = keys.ToDictionary(key => key.Name, key => (string?)key.Value)! });

    private static Task<string> GetAsync(Gateway gateway, string path, string header) =>
        RawClient.ExchangeAsync(gateway.HttpPort, $"GET {path} HTTP/1.1\r\nHost: a.io\r\nX-Long: {header}\r\nConnection: close\r\n\r\n");

    private static (string Name, string Value)[] Request() =>
        [(":method", "GET"), (":scheme", "http"), (":authority", "a.io"), (":path", "/")];
}
