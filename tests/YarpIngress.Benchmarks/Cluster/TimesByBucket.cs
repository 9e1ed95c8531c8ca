namespace YarpIngress.Benchmarks.Cluster;

/// <summary>A histogram of times.</summary>
/// <param name="Seconds">The sum of all of them.</param>
/// <param name="Cumulative">How many lie at or below each bound, which is in seconds.</param>
internal sealed record TimesByBucket(double Seconds, IReadOnlyList<(double Bound, long Count)> Cumulative)
{
    public long Count => Cumulative[^1].Count;

    public double MeanMilliseconds => Seconds / Count * 1000;

    /// <summary>What came after <paramref name="earlier"/> was read.</summary>
    public TimesByBucket Since(TimesByBucket earlier) => new(
        Seconds - earlier.Seconds,
        [.. Cumulative.Zip(earlier.Cumulative, (now, then) => (now.Bound, now.Count - then.Count))]);

    /// <summary>The lowest bound in milliseconds that at least this part of them keeps.</summary>
    public double MillisecondsAt(double quantile) => Cumulative.First(bucket => bucket.Count >= quantile * Count).Bound * 1000;
}
