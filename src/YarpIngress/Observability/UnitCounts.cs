using YarpIngress.Controller.Cache;
using YarpIngress.Observability.Metrics;

namespace YarpIngress.Observability;

/// <summary>What the translation of changes had to do.</summary>
internal sealed record UnitCounts(UnitCount Hosts, UnitCount Backends, UnitCount Certificates, UnitCount Ingresses)
{
    /// <summary>A batch was translated.</summary>
    public void Add(DirtyUnits dirty)
    {
        Hosts.Add(dirty.Hosts.Count);
        Backends.Add(dirty.Backends.Count);
        Certificates.Add(dirty.Certificates.Count);
        Ingresses.Add(dirty.Ingresses.Count);
    }
}

/// <summary>How many units of a kind.</summary>
/// <param name="Last">Of the last batch.</param>
/// <param name="All">Of all.</param>
internal sealed record UnitCount(Gauge.Series Last, Counter.Series All)
{
    public void Add(int units)
    {
        Last.Set(units);
        if (units > 0)
            All.Inc(units);
    }
}
