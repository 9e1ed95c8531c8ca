using System.Diagnostics;
using YarpIngress.Benchmarks.Churn;
using YarpIngress.Benchmarks.Cluster;
using YarpIngress.Benchmarks.Processes;
using YarpIngress.Benchmarks.Traffic;

namespace YarpIngress.Benchmarks.Soak;

/// <summary>Traffic of every kind with churn for a long while: no request fails, and memory and handles stay what they are.</summary>
internal static class SoakBenchmark
{
    private const int Applications = 60;
    private const int RequestsPerSecond = 1000;
    private const int Samples = 100;
    private const int SamplesPerCollection = 5;
    private static readonly TimeSpan UsualDuration = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan BetweenChanges = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan BetweenRestarts = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    public static async Task RunAsync(BenchmarkArguments arguments, CancellationToken ct)
    {
        using var report = new Report("soak");
        var duration = arguments.DurationOr(UsualDuration);
        await using var cluster = await BenchmarkCluster.StartAsync(ct);
        await using var backend = await SoakBackend.StartAsync(ct);
        var special = BenchmarkObjects.Certified(Applications / 9);
        await cluster.AddApplicationsAsync(0, special + 1, backend.Address, ct);
        await using var workload = await Workload.StartAsync(cluster.Api, Applications, ct);
        await using var gateway = await GatewayProcess.StartAsync(cluster, Processors.Proxy, ct);

        report.Line($"soak: {duration.TotalMinutes:0.#} minutes of HTTP/1.1 ({RequestsPerSecond:N0}/s), HTTP/2, new TLS connections,");
        report.Line($"1 MB down and up, WebSockets and aborted requests, with {1000 / BetweenChanges.TotalMilliseconds:0} endpoint changes/s");
        report.Line($"and a restart of every pod each {BetweenRestarts.TotalSeconds:0} s");
        report.Machine();
        report.Line();
        var outcomes = new Outcomes();
        using var traffic = new SoakTraffic(BenchmarkObjects.HostOf(special), gateway.HttpPort, gateway.HttpsPort, outcomes);
        await using var load = SteadyLoad.Start(gateway.HttpPort, Requests(), RequestsPerSecond, ct);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var busy = Task.WhenAll(traffic.RunAsync(ended.Token), ChurnAsync(workload, ended.Token));
        var samples = await SampleAsync(gateway, duration, busy, ct);
        await ended.CancelAsync();
        await EndAsync(busy);
        var plain = load.TakeOutcomes();

        report.Line($"HTTP/1.1: {plain.Answered:N0} requests, failed: {plain.Failures}");
        report.Line($"the others: {traffic.Requests:N0} requests, failed: {outcomes.Failures}");
        report.Line();
        report.Line("                     second fifth   last fifth       most");
        foreach (var trend in Trends(samples))
            report.Line($"{trend}");
    }

    private static async Task EndAsync(Task busy)
    {
        try
        {
            await busy;
        }
        catch (OperationCanceledException)
        {
            // Its time is over.
        }
    }

    private static async Task<List<SoakSample>> SampleAsync(GatewayProcess gateway, TimeSpan duration, Task busy, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(duration / Samples);
        var samples = new List<SoakSample>();
        var live = 0d;
        while (samples.Count < Samples && await timer.WaitForNextTickAsync(ct))
        {
            if (busy.IsCompleted)
                await busy;
            // Seldom enough not to be the collector that keeps memory flat.
            if (samples.Count % SamplesPerCollection == 0)
                live = await SoakSample.LiveMegabytesAsync(gateway, ct);
            samples.Add(SoakSample.Take(gateway, live));
        }

        return samples;
    }

    private static IEnumerable<SoakTrend> Trends(List<SoakSample> samples)
    {
        yield return SoakTrend.Of("resident (MB)", samples, sample => sample.ResidentMegabytes);
        yield return SoakTrend.Of("live objects (MB)", samples, sample => sample.LiveMegabytes);
        yield return SoakTrend.Of("file descriptors", samples, sample => sample.FileDescriptors);
        yield return SoakTrend.Of("threads", samples, sample => sample.Threads);
    }

    private static async Task ChurnAsync(Workload workload, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(BetweenChanges);
        var restarted = Stopwatch.GetTimestamp();
        while (await timer.WaitForNextTickAsync(ct))
        {
            await workload.ChangeAsync(ct);
            if (Stopwatch.GetElapsedTime(restarted) < BetweenRestarts)
                continue;
            await workload.RestartAsync(Patience, ct);
            restarted = Stopwatch.GetTimestamp();
        }
    }

    private static List<byte[]> Requests() =>
        [.. Enumerable.Range(0, Applications).Select(BenchmarkObjects.Plain)
            .Select(index => HttpConnection.Request("GET", BenchmarkObjects.HostOf(index), "/"))];
}
