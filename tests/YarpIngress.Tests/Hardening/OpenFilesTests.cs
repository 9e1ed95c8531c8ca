using System.Globalization;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using YarpIngress.Tests.Binary;
using YarpIngress.Tests.Controller;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.Hardening;

/// <summary>Clients that use up the files that the process may open.</summary>
public sealed class OpenFilesTests : IAsyncLifetime
{
    private const string Get = "GET / HTTP/1.1\r\nHost: web.example\r\nConnection: close\r\n\r\n";

    private static readonly string[] Ports =
        ["--http-port=0", "--https-port=0", "--healthz-port=0", "--bind-address=127.0.0.1", "--healthz-host=127.0.0.1"];

    private readonly HttpClient _client = new();
    private TestBed? _bed;
    private Origin? _pod;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string[] Arguments => ["--kubeconfig", _bed!.Server.KubeconfigPath!, .. Ports];

    public async ValueTask InitializeAsync()
    {
        _bed = await TestBed.StartAsync();
        _pod = await Origin.StartAsync(async context =>
        {
            if (context.Request.Path == "/wait")
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            else
                await context.Response.WriteAsync("web");
        });
        await _bed.ApplyServiceAsync("web", _pod.EndPoint);
        await _bed.ApplyIngressAsync("web", "web.example", "web");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_pod is not null)
            await _pod.DisposeAsync();
        if (_bed is not null)
            await _bed.DisposeAsync();
    }

    [Fact]
    public async Task With_few_files_clients_leave_some_for_pods_and_probes()
    {
        await using var process = ControllerProcess.StartWithFiles(400, Arguments);
        var (port, admin) = await ReadyAsync(process);
        using var early = await RawClient.ConnectAsync(port);

        // Connections that say nothing: new ones are closed, and all else goes on.
        List<IDisposable> flood = [];
        for (var i = 0; i < 400; i++)
            await ConnectAsync(flood, port);
        await Wait.UntilAsync(() => process.Output.Contains("\"ConnectionsFull\""), "a line about it");
        using (var probe = new HttpClient())
            Assert.Equal(200, await StatusAsync(probe, admin, "/healthz"));
        await early.SendAsync(Get);
        Assert.EndsWith("\r\nweb\r\n0\r\n\r\n", await early.ReadToEndAsync().WaitAsync(Wait.Deadline, Ct));
        flood.ForEach(one => one.Dispose());
        await UntilServedAsync(port);

        // Streams that each take a connection to a pod: those that there are no files for are answered, and all else goes on.
        flood.Clear();
        for (var i = 0; i < 5; i++)
        {
            var streams = await RawHttp2.ConnectAsync(port);
            flood.Add(streams);
            for (var stream = 1; stream < 200; stream += 2)
                await streams.RequestAsync(
                    stream, (":method", "GET"), (":scheme", "http"), (":authority", "web.example"), (":path", "/wait"));
        }
        await Wait.UntilAsync(() => process.Output.Contains("Too many open files"), "streams without a connection");
        using (var probe = new HttpClient())
            Assert.Equal(200, await StatusAsync(probe, admin, "/healthz"));
        flood.ForEach(one => one.Dispose());
        await UntilServedAsync(port);
        Assert.Equal(200, await StatusAsync(_client, admin, "/healthz"));
        Assert.Equal("", process.Errors);
        // Streams without a connection to a pod were answered as when a pod can't be reached.
        Assert.DoesNotContain("\"Unexpected\"", process.Output);
    }

    [Fact]
    public async Task Floods_of_frames_take_no_memory()
    {
        await using var process = ControllerProcess.Start(Arguments);
        var (port, _) = await ReadyAsync(process);
        await UntilServedAsync(port);
        var before = await process.PeakMemoryAsync(Ct);
        (string Name, Func<int, byte[]> Frames)[] floods =
        [
            ("PING", _ => RawHttp2.Frames(6, 0, 0, 1000, new byte[8])),
            ("SETTINGS", _ => RawHttp2.Frames(RawHttp2.Settings, 0, 0, 1000)),
            ("SETTINGS of the window", i => RawHttp2.Frames(RawHttp2.Settings, 0, 0, 1000, [0, 4, 0, 0, (byte)(i % 2 * 0xff), 0xff])),
            ("WINDOW_UPDATE", _ => RawHttp2.Frames(8, 0, 0, 1000, [0, 0, 0, 1])),
            ("PRIORITY", i => RawHttp2.Frames(2, 0, (i * 2) + 1, 1000, new byte[5])),
            ("unknown frames", _ => RawHttp2.Frames(0x55, 0, 0, 10, new byte[16_000])),
            ("resets", i => [.. Enumerable.Range(i * 50, 50).SelectMany(stream => (byte[])
            [
                .. RawHttp2.Request((stream * 2) + 1, "web.example", "/wait"),
                .. RawHttp2.Frames(RawHttp2.ResetStream, 0, (stream * 2) + 1, 1, [0, 0, 0, 8]),
            ])]),
            ("resets by the gateway", i => [.. Enumerable.Range(i * 50, 50).SelectMany(stream => (byte[])
            [
                .. RawHttp2.Request((stream * 2) + 1, "web.example", "/wait"), .. RawHttp2.Frames(8, 0, (stream * 2) + 1, 1, new byte[4]),
            ])]),
            ("streams", i => [.. Enumerable.Range(i * 50, 50).SelectMany(stream => RawHttp2.Request((stream * 2) + 1, "web.example", "/wait"))]),
            ("answers that nobody reads", i => [.. Enumerable.Range(i * 50, 50).SelectMany(stream => RawHttp2.Request((stream * 2) + 1, "no.example", "/"))]),
        ];
        foreach (var (_, frames) in floods)
        {
            using var flood = await RawHttp2.ConnectAsync(port);
            await flood.FloodAsync(frames, 8 * 1024 * 1024).WaitAsync(Wait.Deadline, Ct);
            Assert.EndsWith("\r\nweb\r\n0\r\n\r\n", await RawClient.ExchangeAsync(port, Get));
        }
        // Some 80 MB were sent; nearly all of what is kept is the connections to the pod, and what was compiled on the way.
        Assert.InRange(await process.PeakMemoryAsync(Ct) - before, 0, 150 * 1024 * 1024);
        Assert.Equal("", process.Errors);
        Assert.DoesNotContain("\"Unexpected\"", process.Output);
    }

    private async Task<(int Port, string Admin)> ReadyAsync(ControllerProcess process)
    {
        var (http, admin) = await process.PortsAsync();
        await Wait.UntilAsync(async () => await StatusAsync(_client, admin, "/readyz") == 200, "ready process");
        return (int.Parse(http, CultureInfo.InvariantCulture), admin);
    }

    private static async Task<int> StatusAsync(HttpClient client, string port, string path)
    {
        using var answer = await client.GetAsync($"http://127.0.0.1:{port}{path}", Ct);
        return (int)answer.StatusCode;
    }

    private static async Task ConnectAsync(List<IDisposable> flood, int port)
    {
        try
        {
            flood.Add(await RawClient.ConnectAsync(port));
        }
        catch (SocketException)
        {
            // Refused already.
        }
    }

    private static Task UntilServedAsync(int port) => Wait.ForAsync(
        async () =>
        {
            try
            {
                return await RawClient.ExchangeAsync(port, Get);
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                return e.Message;
            }
        },
        answer => answer.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal),
        "an answer");
}
