namespace YarpIngress.Observability.Metrics;

/// <summary>
/// Writes metrics in one form, piece by piece: however many series there are, no more than a piece of them is in memory.
/// </summary>
internal abstract class MetricWriter
{
    /// <summary>Whether it is time for <see cref="FlushAsync"/>; a caller asks after each series.</summary>
    public abstract bool IsFull { get; }

    /// <summary>Begins a metric.</summary>
    public abstract void Begin(IMetric metric);

    /// <summary>Begins the labels of a series, which are valid until the next call.</summary>
    /// <param name="withConstant">Whether the series carries the constant labels.</param>
    public abstract MetricLabels Labels(bool withConstant = true);

    /// <summary>The value of one series of the current metric, a counter or gauge.</summary>
    public abstract void Sample(MetricLabels labels, double value);

    /// <summary>One series of the current metric, a histogram.</summary>
    /// <param name="labels">Its labels.</param>
    /// <param name="bounds">Upper bounds of the buckets, but for the last, which has none.</param>
    /// <param name="counts">How many values are in each bucket.</param>
    /// <param name="sum">The sum of all values.</param>
    /// <param name="exemplars">One value of a bucket that can be looked up, where there is one; null when there is none.</param>
    public abstract void Histogram(
        MetricLabels labels, ReadOnlySpan<double> bounds, ReadOnlySpan<long> counts, double sum, Func<int, Exemplar>? exemplars = null);

    /// <summary>Hands on what was written.</summary>
    public abstract Task FlushAsync(CancellationToken ct);

    /// <summary>Nothing comes after.</summary>
    public abstract Task EndAsync(CancellationToken ct);
}

/// <summary>The labels of one series, in a buffer that is used again for the next one.</summary>
internal abstract class MetricLabels
{
    /// <summary>Adds one.</summary>
    public abstract MetricLabels Add(string name, string value);

    /// <summary>All of them, as the writer wants them.</summary>
    public abstract ReadOnlySpan<byte> Span { get; }
}
