using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using YarpIngress.Tests.Binary;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.Streams;

/// <summary>
/// Large bodies through the process as it is shipped, whose memory is looked at: 200 MB each, or as many bytes as
/// <c>YARPINGRESS_LARGE_BODY</c> says. <c>proxy-buffering</c> and <c>proxy-request-buffering</c> off and on,
/// <c>proxy-body-size: 0</c>, and what else is on the way of bodies.
/// </summary>
public sealed class LargeBodyTests
{
    /// <summary>What the process may grow by: a fraction of what passes through it.</summary>
    private const long MostGrowth = 150_000_000;

    /// <summary>Those with steps of their own for bodies; the others differ in the head alone.</summary>
    private static readonly string[] WithBodies = ["plain", "rewrite", "buffering", "mirror"];

    private static readonly byte[] Piece = new byte[64 * 1024];

    private static readonly long Size = long.Parse(
        Environment.GetEnvironmentVariable("YARPINGRESS_LARGE_BODY") ?? "200000000", CultureInfo.InvariantCulture);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Large_bodies_pass_in_little_memory()
    {
        await using var bed = await Controller.TestBed.StartAsync();
        await using var pod = await Origin.StartAsync(ServeAsync);
        await using var mirror = await Origin.StartAsync(context => context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted));
        await bed.ApplyServiceAsync("web", pod.EndPoint);
        var scenarios = Scenario.All($"http://{mirror.EndPoint}", "").Where(one => WithBodies.Contains(one.Name)).ToList();
        foreach (var scenario in scenarios)
            await bed.ApplyAsync(scenario.Manifest(scenario.Name, $"{scenario.Name}.io", "web", ("proxy-body-size", "0")));
        await using var process = ControllerProcess.Start(
            "--kubeconfig", bed.Server.KubeconfigPath!, "--http-port=0", "--https-port=0", "--healthz-port=0", "--bind-address=127.0.0.1",
            "--healthz-host=127.0.0.1");
        var port = int.Parse((await process.PortsAsync()).Http, CultureInfo.InvariantCulture);
        using var http1 = Clients.To(port, HttpVersion.Version11);
        using var http2 = Clients.To(port, HttpVersion.Version20);
        // An upload takes as long as it takes.
        http1.Timeout = http2.Timeout = Timeout.InfiniteTimeSpan;
        foreach (var scenario in scenarios)
            await Wait.UntilAsync(async () => await StatusAsync(http1, scenario) is HttpStatusCode.OK, scenario.Name);
        await PassAsync(scenarios, [http1, http2], 10_000_000);

        var before = await process.PeakMemoryAsync(Ct);
        await PassAsync(scenarios, [http1, http2], Size);
        var grown = await process.PeakMemoryAsync(Ct) - before;
        Assert.True(grown < MostGrowth, $"the process grew by {grown} bytes");
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_client_that_does_not_read_holds_the_pod_up(string version)
    {
        long written = 0;
        await using var pod = await Origin.StartAsync(async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(Piece, context.RequestAborted);
                Interlocked.Add(ref written, Piece.Length);
            }
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        using var client = Clients.To(gateway.HttpPort, Version.Parse(version));
        using var answer = await client.GetAsync("http://a.io/", HttpCompletionOption.ResponseHeadersRead, Ct);
        await using var body = await answer.Content.ReadAsStreamAsync(Ct);
        var buffer = new byte[1_000_000];
        for (var round = 0; round < 20; round++)
        {
            // Looked at too early this finds too little, never too much; the piece that is just being written is not counted.
            var ahead = await StandstillAsync(() => Interlocked.Read(ref written)) - (round * buffer.Length);
            Assert.InRange(ahead, -Piece.Length, SocketBuffers.MostThroughGateway);
            await body.ReadExactlyAsync(buffer, Ct);
        }
    }

    /// <summary>A figure that did not change for a while.</summary>
    private static async Task<long> StandstillAsync(Func<long> figure)
    {
        var (last, same) = (-1L, 0);
        await Wait.UntilAsync(
            () =>
            {
                var now = figure();
                (last, same) = (now, now == last ? same + 1 : 0);
                return same == 5;
            },
            "a pod that waits");
        return last;
    }

    private static async Task PassAsync(IReadOnlyList<Scenario> scenarios, HttpClient[] clients, long size)
    {
        foreach (var scenario in scenarios)
        {
            foreach (var client in clients)
            {
                Assert.Equal(size, await DownloadAsync(client, scenario, size));
                Assert.Equal(size, await UploadAsync(client, scenario, size));
            }
        }
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, Scenario scenario)
    {
        using var answer = await client.GetAsync($"{Url(scenario)}0", Ct);
        return answer.StatusCode;
    }

    private static async Task<long> DownloadAsync(HttpClient client, Scenario scenario, long size)
    {
        using var answer = await client.GetAsync($"{Url(scenario)}{size}", HttpCompletionOption.ResponseHeadersRead, Ct);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await ReadAsync(await answer.Content.ReadAsStreamAsync(Ct));
    }

    private static async Task<long> UploadAsync(HttpClient client, Scenario scenario, long size)
    {
        using var content = new StreamedContent(size);
        using var answer = await client.PostAsync(Url(scenario), content, Ct);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return long.Parse(await answer.Content.ReadAsStringAsync(Ct), CultureInfo.InvariantCulture);
    }

    private static string Url(Scenario scenario) => $"http://{scenario.Name}.io{scenario.Prefix}/";

    /// <summary>Gives as many bytes as the path says; of an upload it says how long it was.</summary>
    private static async Task ServeAsync(HttpContext context)
    {
        if (HttpMethods.IsPost(context.Request.Method))
        {
            var count = await ReadAsync(context.Request.Body);
            await context.Response.WriteAsync(count.ToString(CultureInfo.InvariantCulture), context.RequestAborted);
            return;
        }
        await WriteAsync(context.Response.Body, long.Parse(context.Request.Path.Value.AsSpan(1), CultureInfo.InvariantCulture));
    }

    private static async Task<long> ReadAsync(Stream body)
    {
        var (buffer, total) = (new byte[Piece.Length], 0L);
        while (await body.ReadAsync(buffer, Ct) is > 0 and var read)
            total += read;
        return total;
    }

    private static async Task WriteAsync(Stream body, long size)
    {
        for (var left = size; left > 0; left -= Piece.Length)
            await body.WriteAsync(Piece.AsMemory(0, (int)Math.Min(left, Piece.Length)), Ct);
    }

    /// <summary>A body that is made as it is sent, with no length.</summary>
    private sealed class StreamedContent(long size) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => WriteAsync(stream, size);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
