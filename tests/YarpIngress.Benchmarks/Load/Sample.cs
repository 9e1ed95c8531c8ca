using YarpIngress.Benchmarks.Rivals;

namespace YarpIngress.Benchmarks.Load;

/// <summary>One measurement of one proxy.</summary>
/// <param name="Load">What the clients saw.</param>
/// <param name="ProcessorTime">What the proxy's process and its children used meanwhile, by the kernel's accounting.</param>
/// <param name="ResidentBytes">Their memory at the end.</param>
/// <param name="AllocatedBytes">What was allocated on the managed heap meanwhile; null where there is none, or nobody says.</param>
internal sealed record Sample(LoadResult Load, TimeSpan ProcessorTime, long ResidentBytes, long? AllocatedBytes)
{
    /// <summary>Bytes allocated for one request.</summary>
    public double? AllocatedByRequest => (double?)AllocatedBytes / Math.Max(1, Load.Requests);

    /// <summary>Processor time for one request, in microseconds.</summary>
    public double CostOfRequest => ProcessorTime.TotalMicroseconds / Math.Max(1, Load.Requests);

    public double RequestsPerSecond => Load.Requests / Load.Elapsed.TotalSeconds;

    /// <summary>Part of the time in which the proxy's processor worked for it: near 1 it is what limits the rate.</summary>
    public double Busy => ProcessorTime / Load.Elapsed;

    /// <summary>Takes one.</summary>
    /// <param name="proxy">Who is asked.</param>
    /// <param name="load">How.</param>
    /// <param name="duration">For how long.</param>
    /// <param name="ct">Gives up.</param>
    /// <param name="countsAllocations">
    /// Whether to ask for <see cref="AllocatedBytes"/>: for us that reads all metrics, which are a gigabyte when 100,000 hosts were asked.
    /// </param>
    public static async Task<Sample> TakeAsync(
        Rival proxy, ILoad load, TimeSpan duration, CancellationToken ct, bool countsAllocations = false)
    {
        var allocated = countsAllocations ? await proxy.AllocatedBytesAsync(ct) : null;
        var before = proxy.Process.ProcessorTime;
        var result = await load.RunAsync(proxy, duration, ct);
        var used = proxy.Process.ProcessorTime - before;
        return new Sample(result, used, proxy.Process.ResidentBytes, allocated is null ? null : await proxy.AllocatedBytesAsync(ct) - allocated);
    }
}
