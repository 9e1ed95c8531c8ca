using System.Diagnostics;
using System.Globalization;
using System.Net;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Benchmarks.Propagation;

/// <summary>
/// How long a change takes to go live. A watch of the benchmark's own notes when the API server delivers the change, and a
/// probe asks the gateway without a pause until the first answer that shows it. Both run on the same processors as the
/// gateway, so what is printed is an upper bound. The first change of a kind that a process sees runs code that was not
/// compiled yet; it is printed apart.
/// </summary>
internal static class PropagationBenchmark
{
    private const int ChangesOfEachKind = 200;
    private const int WarmUp = 10;
    private static readonly int[] Sizes = [100, 1_000, 20_000];

    public static async Task RunAsync(CancellationToken ct)
    {
        await using var origin = new Origin(BenchmarkCluster.Origin, IPAddress.Parse("127.77.0.1"));
        await using var target = new Origin(BenchmarkCluster.Target, IPAddress.Parse("127.77.0.2"));

        Console.WriteLine("propagation: milliseconds from the watch's delivery of a change to the first request answered by it,");
        Console.WriteLine("and from the call that makes the change to the same moment.");
        Console.WriteLine(
            $"{ChangesOfEachKind} changes of each kind; {Environment.ProcessorCount} processors; {DateTime.UtcNow:yyyy-MM-dd}");
        Console.WriteLine();
        Console.WriteLine("                                    since delivery                  since the call");
        Console.WriteLine("Ingresses  change       first       p50       p99       max         p50       p99       max");
        foreach (var size in Sizes)
        {
            await using var cluster = await BenchmarkCluster.StartAsync(size, origin.Address, target.Address, ct);
            await MeasureAsync<V1Ingress>(cluster, size, "path", cluster.ChangePath, ct);
            await MeasureAsync<V1Ingress>(cluster, size, "host", cluster.AddHost, ct);
            await MeasureAsync<V1EndpointSlice>(cluster, size, "endpoint", cluster.MoveEndpoint, ct);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{size,9:N0}  process start to ready {cluster.StartToReady.TotalSeconds:0.00} s, resident "
                + $"{cluster.ControllerMegabytes} MB"));
            Console.WriteLine($"           {await GatewayClock.ReadAsync(cluster.AdminPort, ct)}");
            Console.WriteLine();
        }
    }

    private static async Task MeasureAsync<T>(
        BenchmarkCluster cluster, int size, string kind, Func<int, Change> changeOf, CancellationToken ct)
        where T : class, IKubernetesObject<T>
    {
        await using var watch = await DeliveryWatch<T>.StartAsync(cluster.Api, BenchmarkCluster.Namespace, ct);
        using var probe = new Probe(cluster.HttpPort);
        var (sinceDelivery, sinceCall) = (new Distribution(), new Distribution());
        TimeSpan? first = null;
        for (var turn = 0; turn < WarmUp + ChangesOfEachKind; turn++)
        {
            var change = changeOf(turn);
            var delivery = watch.NextAsync(change.Name, ct);
            var answer = probe.UntilAsync(change.Host, change.Path, change.Answer, ct);
            var called = Stopwatch.GetTimestamp();
            await change.CallAsync(ct);
            var (delivered, answered) = (await delivery, await answer);

            // The gateway's watch may be served before the benchmark's.
            var live = Stopwatch.GetElapsedTime(delivered, Math.Max(delivered, answered));
            first ??= live;
            if (turn < WarmUp)
                continue;
            sinceDelivery.Add(live);
            sinceCall.Add(Stopwatch.GetElapsedTime(called, answered));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{size,9:N0}  {kind,-8} {first?.TotalMilliseconds,9:0.00} {sinceDelivery}   {sinceCall}"));
    }
}
