using YarpIngress.Benchmarks.Cluster;

namespace YarpIngress.Benchmarks.Soak;

/// <summary>What the gateway holds at one moment.</summary>
/// <param name="ResidentMegabytes">Memory of the process.</param>
/// <param name="LiveMegabytes">What was left of the managed heap by the last full collection.</param>
/// <param name="FileDescriptors">Open ones.</param>
/// <param name="Threads">All of them.</param>
internal sealed record SoakSample(double ResidentMegabytes, double LiveMegabytes, double FileDescriptors, double Threads)
{
    public static SoakSample Take(GatewayProcess gateway, double liveMegabytes) =>
        new(gateway.Process.ResidentBytes / 1e6, liveMegabytes, gateway.Process.FileDescriptors, gateway.Process.Threads);

    /// <summary>Collects all garbage and says what is left.</summary>
    public static async Task<double> LiveMegabytesAsync(GatewayProcess gateway, CancellationToken ct)
    {
        await FullCollection.RunAsync(gateway.Process.Id, ct);
        var metrics = await gateway.MetricsAsync(ct);
        return metrics.Sum("dotnet_gc_last_collection_heap_size_bytes") / 1e6;
    }
}
