using System.Globalization;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using YarpIngress.Tests.Binary;
using YarpIngress.Tests.Controller;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.Hardening;

/// <summary>Clients that use up the files that the process may open.</summary>
public sealed class OpenFilesTests
{
    private static readonly string[] Ports =
        ["--http-port=0", "--https-port=0", "--healthz-port=0", "--bind-address=127.0.0.1", "--healthz-host=127.0.0.1"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task With_few_files_clients_leave_some_for_pods_and_probes()
    {
        await using var bed = await TestBed.StartAsync();
        await using var pod = await Origin.StartAsync(async context =>
        {
            if (context.Request.Path == "/wait")
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            else
                await context.Response.WriteAsync("web");
        });
        await bed.ApplyServiceAsync("web", pod.EndPoint);
        await bed.ApplyIngressAsync("web", "web.example", "web");
        await using var process = ControllerProcess.StartWithFiles(400, ["--kubeconfig", bed.Server.KubeconfigPath!, .. Ports]);
        var (http, admin) = await process.PortsAsync();
        using var client = new HttpClient();
        await Wait.UntilAsync(async () => (await AskAsync(client, admin, "/readyz")).Status == 200, "ready process");
        var port = int.Parse(http, CultureInfo.InvariantCulture);
        const string get = "GET / HTTP/1.1\r\nHost: web.example\r\nConnection: close\r\n\r\n";
        using var early = await RawClient.ConnectAsync(port);

        // Connections that say nothing: new ones are closed, and all else goes on.
        List<IDisposable> flood = [];
        for (var i = 0; i < 400; i++)
            await ConnectAsync(flood, port);
        await Wait.UntilAsync(() => process.Output.Contains("\"ConnectionsFull\""), "a line about it");
        using (var probe = new HttpClient())
            Assert.Equal(200, (await AskAsync(probe, admin, "/healthz")).Status);
        await early.SendAsync(get);
        Assert.EndsWith("\r\nweb\r\n0\r\n\r\n", await early.ReadToEndAsync().WaitAsync(Wait.Deadline, Ct));
        flood.ForEach(one => one.Dispose());
        await UntilServedAsync(port, get);

        // Streams that each take a connection to a pod: those that there are no files for are answered, and all else goes on.
        flood.Clear();
        for (var i = 0; i < 5; i++)
        {
            var streams = await RawHttp2.ConnectAsync(port);
            flood.Add(streams);
            for (var stream = 1; stream < 200; stream += 2)
                await streams.RequestAsync(stream, (":method", "GET"), (":scheme", "http"), (":authority", "web.example"), (":path", "/wait"));
        }
        await Wait.UntilAsync(() => process.Output.Contains("Too many open files"), "streams without a connection");
        using (var probe = new HttpClient())
            Assert.Equal(200, (await AskAsync(probe, admin, "/healthz")).Status);
        flood.ForEach(one => one.Dispose());
        await UntilServedAsync(port, get);
        Assert.Equal(200, (await AskAsync(client, admin, "/healthz")).Status);
        Assert.Equal("", process.Errors);
        // Streams without a connection to a pod were answered as when a pod can't be reached.
        Assert.DoesNotContain("\"Unexpected\"", process.Output);
    }

    [Fact]
    public async Task Floods_of_frames_take_no_memory()
    {
        await using var bed = await TestBed.StartAsync();
        await using var pod = await Origin.StartAsync(async context =>
        {
            if (context.Request.Path == "/wait")
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            else
                await context.Response.WriteAsync("web");
        });
        await bed.ApplyServiceAsync("web", pod.EndPoint);
        await bed.ApplyIngressAsync("web", "web.example", "web");
        await using var process = ControllerProcess.Start(["--kubeconfig", bed.Server.KubeconfigPath!, .. Ports]);
        var (http, admin) = await process.PortsAsync();
        using var client = new HttpClient();
        await Wait.UntilAsync(async () => (await AskAsync(client, admin, "/readyz")).Status == 200, "ready process");
        var port = int.Parse(http, CultureInfo.InvariantCulture);
        const string get = "GET / HTTP/1.1\r\nHost: web.example\r\nConnection: close\r\n\r\n";
        await UntilServedAsync(port, get);
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
                .. RawHttp2.Request((stream * 2) + 1, "web.example", "/wait"), .. RawHttp2.Frames(RawHttp2.ResetStream, 0, (stream * 2) + 1, 1, [0, 0, 0, 8]),
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
            Assert.EndsWith("\r\nweb\r\n0\r\n\r\n", await RawClient.ExchangeAsync(port, get));
        }
        // Some 80 MB were sent; nearly all of what is kept is the connections to the pod, and what was compiled on the way.
        Assert.InRange(await process.PeakMemoryAsync(Ct) - before, 0, 150 * 1024 * 1024);
        Assert.Equal("", process.Errors);
        Assert.DoesNotContain("\"Unexpected\"", process.Output);
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

    private static Task UntilServedAsync(int port, string request) => Wait.ForAsync(
        async () =>
        {
            try
            {
                return await RawClient.ExchangeAsync(port, request);
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                return e.Message;
            }
        },
        answer => answer.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal),
        "an answer");

    private static async Task<(int Status, string Body)> AskAsync(HttpClient client, string port, string path)
    {
        using var answer = await client.GetAsync($"http://127.0.0.1:{port}{path}", Ct);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }
}
