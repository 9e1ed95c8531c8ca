using System.Diagnostics;
using YarpIngress.Benchmarks.Cluster;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Benchmarks.Propagation;

/// <summary>
/// Makes changes one after the other. A watch of the benchmark's own notes when the API server delivers each, and a probe
/// asks the gateway until the first answer that shows it.
/// </summary>
internal sealed class GatewayChanges(ApiClient api, GatewayProcess gateway, int size, int count)
{
    private const int WarmUp = 10;

    /// <summary>How many numbers each measurement takes.</summary>
    public int Turns => WarmUp + count;

    /// <summary>Changes of objects of type <typeparamref name="T"/>, the first of which has the number <paramref name="from"/>.</summary>
    public async Task<Figure> MeasureAsync<T>(string kind, bool underLoad, Func<int, Change> changeOf, int from, CancellationToken ct)
        where T : class, IKubernetesObject<T>
    {
        await using var watch = await DeliveryWatch<T>.StartAsync(api, BenchmarkObjects.Namespace, ct);
        var before = (await gateway.MetricsAsync(ct)).ChangesLive;
        var (first, times) = (TimeSpan.Zero, new Distribution());
        for (var turn = 0; turn < WarmUp + count; turn++)
        {
            var time = await TimeAsync(watch, changeOf(from + turn), ct);
            if (turn == 0)
                first = time;
            if (turn >= WarmUp)
                times.Add(time);
        }

        var after = (await gateway.MetricsAsync(ct)).ChangesLive;
        return new Figure("YarpIngress", kind, size, underLoad, first, times, after.Since(before));
    }

    private static async Task<TimeSpan> TimeAsync<T>(DeliveryWatch<T> watch, Change change, CancellationToken ct)
        where T : class, IKubernetesObject<T>
    {
        var delivery = watch.NextAsync(change.Name, ct);
        var live = change.UntilLiveAsync?.Invoke(ct);
        await change.CallAsync(ct);
        var delivered = await delivery;

        // The gateway's watch may be served before the benchmark's.
        return live is null ? TimeSpan.Zero : Stopwatch.GetElapsedTime(delivered, Math.Max(delivered, await live));
    }
}
