using System.Net;
using YarpIngress.Benchmarks.Cluster;

namespace YarpIngress.Benchmarks.Startup;

/// <summary>
/// From the start of the process until it is ready, and its memory then: with every Ingress, Service, EndpointSlice and,
/// for one Ingress in ten, TLS Secret read from an API server in another process.
/// </summary>
internal static class StartupBenchmark
{
    private const int Starts = 3;
    private static readonly int[] UsualSizes = [100, 1_000, 20_000];

    // What the first lists leave behind is collected by then, as far as it is going to be without any traffic.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(BenchmarkArguments arguments, CancellationToken ct)
    {
        using var report = new Report("startup");
        report.Line($"startup: process start to ready, and memory {Settling.TotalSeconds:0} s later");
        report.Line($"{Starts} starts: least, median, most");
        report.Machine();
        report.Line();
        report.Line("Ingresses   to ready (s)          resident (MB)       proportional (MB)   processor time (s)");
        await using var cluster = await BenchmarkCluster.StartAsync(ct);
        var loaded = 0;
        foreach (var size in arguments.Sizes.Count == 0 ? UsualSizes : arguments.Sizes.Order().ToArray())
        {
            await cluster.AddApplicationsAsync(loaded, size, new IPEndPoint(IPAddress.Parse("127.77.0.1"), 8080), ct);
            loaded = size;
            var runs = new List<StartedGateway>();
            for (var start = 0; start < Starts; start++)
                runs.Add(await StartAsync(cluster, ct));
            report.Line(
                $"{size,9:N0}   {Of(runs, run => run.Ready.TotalSeconds),-20}  {Of(runs, run => run.ResidentBytes / 1e6, "0"),-18}  "
                + $"{Of(runs, run => run.ProportionalBytes / 1e6, "0"),-18}  {Of(runs, run => run.ProcessorTime.TotalSeconds)}");
        }
    }

    private static async Task<StartedGateway> StartAsync(BenchmarkCluster cluster, CancellationToken ct)
    {
        await using var gateway = await GatewayProcess.StartAsync(cluster, processor: null, ct);
        var untilReady = gateway.Process.ProcessorTime;
        await Task.Delay(Settling, ct);
        return new StartedGateway(
            gateway.StartToReady, gateway.Process.ResidentBytes, gateway.Process.ProportionalBytes, untilReady);
    }

    private static string Of(List<StartedGateway> runs, Func<StartedGateway, double> value, string format = "0.00")
    {
        var spread = Spread.Of(runs.Select(value));
        string Text(double number) => number.ToString(format, System.Globalization.CultureInfo.InvariantCulture);
        return $"{Text(spread.Min)} {Text(spread.Median)} {Text(spread.Max)}";
    }

    private sealed record StartedGateway(TimeSpan Ready, long ResidentBytes, long ProportionalBytes, TimeSpan ProcessorTime);
}
