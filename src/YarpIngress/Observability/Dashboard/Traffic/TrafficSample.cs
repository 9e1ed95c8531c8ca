namespace YarpIngress.Observability.Dashboard.Traffic;

/// <summary>The requests that ended within a span of time.</summary>
/// <param name="At">When the span ended.</param>
/// <param name="Seconds">How long it was.</param>
/// <param name="ByClass">Requests by status class, 1xx in place 1.</param>
/// <param name="Durations">Requests by <see cref="DurationBuckets"/>; upgraded connections (1xx) are left out.</param>
internal sealed record TrafficSample(DateTimeOffset At, double Seconds, long[] ByClass, long[] Durations)
{
    /// <summary>What was counted between two snapshots of <see cref="LiveTraffic"/>.</summary>
    public static TrafficSample Between(long[] before, long[] after, DateTimeOffset at, double seconds)
    {
        var byClass = new long[LiveTraffic.Classes];
        var durations = new long[DurationBuckets.Count];
        for (var cell = 0; cell < LiveTraffic.Cells; cell++)
        {
            var (kind, bucket) = Math.DivRem(cell, DurationBuckets.Count);
            var count = after[cell] - before[cell];
            byClass[kind] += count;
            if (kind != 1)
                durations[bucket] += count;
        }
        return new TrafficSample(at, seconds, byClass, durations);
    }

    /// <summary>Several spans as one.</summary>
    public static TrafficSample Sum(IReadOnlyList<TrafficSample> samples)
    {
        var byClass = new long[LiveTraffic.Classes];
        var durations = new long[DurationBuckets.Count];
        foreach (var sample in samples)
        {
            for (var i = 0; i < byClass.Length; i++)
                byClass[i] += sample.ByClass[i];
            for (var i = 0; i < durations.Length; i++)
                durations[i] += sample.Durations[i];
        }
        return new TrafficSample(
            samples.Count == 0 ? DateTimeOffset.UnixEpoch : samples[^1].At, samples.Sum(sample => sample.Seconds), byClass, durations);
    }
}
