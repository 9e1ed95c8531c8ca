using System.Diagnostics;
using System.Net;
using YarpIngress.Benchmarks.Cluster;
using YarpIngress.Benchmarks.Processes;
using YarpIngress.Benchmarks.Traffic;

namespace YarpIngress.Benchmarks.Churn;

/// <summary>
/// A constant load while endpoints change all the time, beside the same load without changes, window by window in turn;
/// then a restart of every pod under that load. No request may fail.
/// </summary>
internal static class ChurnBenchmark
{
    private const int Applications = 60;
    private const int RequestsPerSecond = 8000;
    private const int ChangesPerSecond = 200;
    private const int DefaultRounds = 5;
    private const int Restarts = 2;
    private static readonly TimeSpan UsualWindow = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    public static async Task RunAsync(BenchmarkArguments arguments, CancellationToken ct)
    {
        using var report = new Report("churn");
        var (rounds, window) = (arguments.Rounds ?? DefaultRounds, arguments.DurationOr(UsualWindow));
        await using var cluster = await BenchmarkCluster.StartAsync(ct);
        await cluster.AddApplicationsAsync(0, BenchmarkObjects.Plain(Applications), new IPEndPoint(IPAddress.Loopback, 80), ct);
        await using var workload = await Workload.StartAsync(cluster.Api, Applications, ct);
        await using var gateway = await GatewayProcess.StartAsync(cluster, Processors.Proxy, ct);
        await using var load = SteadyLoad.Start(gateway.HttpPort, Requests(), RequestsPerSecond, ct);

        report.Line($"churn: {RequestsPerSecond:N0} requests/s, one in ten a POST, over 64 connections");
        report.Line($"to {Applications} Ingresses with {workload.Pods} pods; {rounds} rounds of two windows of {window.TotalSeconds:0} s");
        report.Machine();
        report.Line();
        await ChangeAsync(workload, WarmUp, ct);
        load.TakeOutcomes();

        var (quiet, changing) = (new List<ChurnWindow>(), new List<ChurnWindow>());
        for (var round = 0; round < rounds; round++)
        {
            quiet.Add(await ChurnWindow.MeasureAsync(gateway, load, token => Task.Delay(window, token), ct));
            changing.Add(await ChurnWindow.MeasureAsync(gateway, load, token => ChangeAsync(workload, window, token), ct));
        }

        var restarts = new List<ChurnWindow>();
        for (var restart = 0; restart < Restarts; restart++)
            restarts.Add(await ChurnWindow.MeasureAsync(gateway, load, token => workload.RestartAsync(Patience, token), ct));

        report.Line(ChurnTable.Head);
        report.Line(ChurnTable.Row("no changes", quiet));
        report.Line(ChurnTable.Row($"{ChangesPerSecond} endpoint changes/s", changing));
        report.Line(ChurnTable.Row($"every pod restarted {Restarts} times", restarts));
        report.Line();
        foreach (var line in ChurnTable.Cost(quiet, changing))
            report.Line(line);
    }

    // As many as the clock says are due, so that a slow call is made up for.
    private static async Task ChangeAsync(Workload workload, TimeSpan window, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        var (started, made) = (Stopwatch.GetTimestamp(), 0);
        while (Stopwatch.GetElapsedTime(started) is var elapsed && elapsed < window)
        {
            for (; made < elapsed.TotalSeconds * ChangesPerSecond; made++)
                await workload.ChangeAsync(ct);
            await timer.WaitForNextTickAsync(ct);
        }
    }

    private static List<byte[]> Requests() => [.. Enumerable.Range(0, Applications * 10).Select(n => n % 10 == 3
        ? HttpConnection.Request("POST", HostOf(n / 10), "/", "name=value")
        : HttpConnection.Request("GET", HostOf(n % Applications), "/"))];

    private static string HostOf(int n) => BenchmarkObjects.HostOf(BenchmarkObjects.Plain(n));
}
