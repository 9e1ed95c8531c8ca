using System.Collections.Concurrent;
using YarpIngress.Kubernetes;
using YarpIngress.Pipeline.Limits;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.RateLimiter;

/// <summary>
/// What limiters have counted, by Ingress and limiter. It outlives a change of the Ingress: whoever is over a limit stays so when another
/// annotation changes.
/// </summary>
internal sealed class RateZones : IDisposable
{
    // Some 80 MB. Without an attack nobody comes near.
    private const int MostPartitions = 250_000;

    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(ObjectKey, RateLimiterPolicy), RateZone> _zones = new();
    private readonly BucketBudget _budget;
    private readonly TimeProvider _time;
    private readonly ITimer _sweep;

    public RateZones(TimeProvider time)
        : this(time, MostPartitions)
    {
    }

    internal RateZones(TimeProvider time, int mostPartitions)
    {
        (_time, _budget) = (time, new BucketBudget(mostPartitions));
        _sweep = time.CreateTimer(static zones => ((RateZones)zones!).Sweep(), this, SweepInterval, SweepInterval);
    }

    /// <summary>How many partitions are remembered in all.</summary>
    public int Count => _budget.Taken;

    /// <summary>The one of an Ingress and a limiter; only the writer of the data plane calls this and the next two.</summary>
    public RateZone Place(ObjectKey ingress, RateLimiterPolicy policy) =>
        _zones.GetOrAdd((ingress, policy), static (key, zones) => new RateZone(key.Item1, key.Item2, zones._budget, zones._time), this);

    /// <summary>A route has it from now on.</summary>
    public void Hold(RateZone zone) => zone.References++;

    /// <summary>A route is gone; with the last one of its Ingress all is forgotten.</summary>
    public void Release(RateZone zone)
    {
        if (--zone.References > 0)
            return;
        _zones.TryRemove(new((zone.Ingress, zone.Policy), zone));
        zone.Close();
    }

    /// <inheritdoc/>
    public void Dispose() => _sweep.Dispose();

    private void Sweep()
    {
        foreach (var (_, zone) in _zones)
            zone.Sweep();
    }
}
