namespace YarpIngress.Observability.Metrics;

/// <summary>Counts observations in cumulative buckets.</summary>
internal sealed class Histogram(string name, string help, IReadOnlyList<string> labelNames, IReadOnlyList<double> bounds)
    : Metric<Histogram.Series>(name, help, "histogram", labelNames)
{
    private readonly double[] _bounds = [.. bounds];

    protected override Series Create() => new(_bounds);

    protected override void Write(MetricWriter writer, MetricLabels labels, Series series)
    {
        Span<long> counts = stackalloc long[_bounds.Length + 1];
        for (var i = 0; i < counts.Length; i++)
            counts[i] = series.Count(i);
        writer.Histogram(labels, _bounds, counts, series.Sum);
    }

    internal sealed class Series(double[] bounds)
    {
        private readonly long[] _counts = new long[bounds.Length + 1];
        private AtomicDouble _sum;

        public double Sum => _sum.Value;

        /// <summary>How many values were observed.</summary>
        public long Observed => Enumerable.Range(0, _counts.Length).Sum(Count);

        /// <summary>
        /// The value that <paramref name="share"/> of the observed ones did not exceed, as PromQL's histogram_quantile guesses
        /// it: evenly spread within a bucket. Null before the first.
        /// </summary>
        public double? Quantile(double share)
        {
            var wanted = share * Observed;
            var below = 0L;
            for (var i = 0; i < bounds.Length && wanted > 0; i++)
            {
                var count = Count(i);
                if (count > 0 && below + count >= wanted)
                {
                    var start = i == 0 ? 0 : bounds[i - 1];
                    return start + ((bounds[i] - start) * (wanted - below) / count);
                }
                below += count;
            }
            return wanted > 0 ? bounds[^1] : null;
        }

        public long Count(int bucket) => Interlocked.Read(ref _counts[bucket]);

        public void Observe(double value)
        {
            var bucket = Array.BinarySearch(bounds, value);
            Interlocked.Increment(ref _counts[bucket >= 0 ? bucket : ~bucket]);
            _sum.Add(value);
        }
    }
}
