using System.Collections.Concurrent;
using YarpIngress.Kubernetes;

namespace YarpIngress.Pipeline.Limits;

/// <summary>
/// What is remembered of clients, by Ingress. It outlives a change of the Ingress: whoever is over a limit stays so when another
/// annotation changes.
/// </summary>
internal sealed class LimitZones : IDisposable
{
    // Some 80 MB. Without an attack nobody comes near.
    private const int MostClients = 1_000_000;

    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<ObjectKey, LimitZone> _zones = new();
    private readonly BucketBudget _budget;
    private readonly TimeProvider _time;
    private readonly ITimer _sweep;

    public LimitZones(TimeProvider time)
        : this(time, MostClients)
    {
    }

    internal LimitZones(TimeProvider time, int mostClients)
    {
        (_time, _budget) = (time, new BucketBudget(mostClients));
        _sweep = time.CreateTimer(static zones => ((LimitZones)zones!).Sweep(), this, SweepInterval, SweepInterval);
    }

    /// <summary>How many clients are remembered in all.</summary>
    public int Clients => _budget.Taken;

    /// <summary>Milliseconds of a clock that never goes back.</summary>
    public long Now => _time.GetTimestamp() / (_time.TimestampFrequency / 1000);

    /// <summary>The one of an Ingress; only the writer of the data plane calls this and the next two.</summary>
    public LimitZone Place(ObjectKey ingress) => _zones.GetOrAdd(ingress, static (key, budget) => new LimitZone(key, budget), _budget);

    /// <summary>A route has it from now on.</summary>
    public void Hold(LimitZone zone) => zone.References++;

    /// <summary>A route is gone; with the last one of its Ingress all is forgotten.</summary>
    public void Release(LimitZone zone)
    {
        if (--zone.References > 0)
            return;
        _zones.TryRemove(new(zone.Ingress, zone));
        zone.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => _sweep.Dispose();

    private void Sweep()
    {
        var now = Now;
        foreach (var (_, zone) in _zones)
            zone.Sweep(now);
    }
}
