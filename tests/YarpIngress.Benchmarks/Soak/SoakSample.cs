using YarpIngress.Benchmarks.Cluster;

namespace YarpIngress.Benchmarks.Soak;

/// <summary>What the gateway holds at one moment.</summary>
internal sealed record SoakSample(double ResidentMegabytes, double HeapMegabytes, double FileDescriptors, double Threads)
{
    // ingress-nginx's and .NET's own names for it; whichever is there.
    private static readonly string[] HeapMetrics = ["dotnet_gc_last_collection_heap_size_bytes", "dotnet_gc_heap_size_bytes"];

    public static async Task<SoakSample> TakeAsync(GatewayProcess gateway, CancellationToken ct)
    {
        var metrics = await gateway.MetricsAsync(ct);
        return new SoakSample(
            gateway.Process.ResidentBytes / 1e6,
            HeapMetrics.Max(metrics.Sum) / 1e6,
            gateway.Process.FileDescriptors,
            gateway.Process.Threads);
    }
}
