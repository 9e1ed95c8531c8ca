namespace YarpIngress.Observability.Dashboard.Traffic;

/// <summary>
/// Counts finished requests by status class and duration, for all routes together: what the dashboard's charts are made
/// of. One add to memory of the own processor: no lock, no allocation, no line of cache that processors share.
/// </summary>
internal sealed class LiveTraffic
{
    /// <summary>Classes 1xx to 5xx, and in place 0 everything else.</summary>
    public const int Classes = 6;

    /// <summary>Length of a snapshot: the durations of class 0, then those of class 1, and so on.</summary>
    public const int Cells = Classes * DurationBuckets.Count;

    private readonly long[][] _shards =
        [.. Enumerable.Range(0, Math.Min(Environment.ProcessorCount, 64)).Select(_ => new long[Cells])];

    /// <summary>Counts a request.</summary>
    public void Record(int status, TimeSpan duration)
    {
        var cell = ((uint)status / 100 is var kind and < Classes ? (int)kind * DurationBuckets.Count : 0)
            + DurationBuckets.IndexOf(duration);
        Interlocked.Increment(ref _shards[Thread.GetCurrentProcessorId() % _shards.Length][cell]);
    }

    /// <summary>All that was counted since the start.</summary>
    public long[] Snapshot()
    {
        var sum = new long[Cells];
        foreach (var shard in _shards)
        {
            for (var i = 0; i < Cells; i++)
                sum[i] += Volatile.Read(ref shard[i]);
        }
        return sum;
    }
}
