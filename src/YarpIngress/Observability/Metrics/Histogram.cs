using System.Globalization;

namespace YarpIngress.Observability.Metrics;

/// <summary>Counts observations in cumulative buckets.</summary>
internal sealed class Histogram(string name, string help, IReadOnlyList<string> labelNames, IReadOnlyList<double> bounds)
    : Metric<Histogram.Series>(name, help, labelNames)
{
    private readonly double[] _bounds = [.. bounds];

    protected override string Type => "histogram";

    protected override Series Create() => new(_bounds);

    protected override void Write(MetricText text, string labels, Series series)
    {
        var cumulative = 0L;
        for (var i = 0; i <= _bounds.Length; i++)
        {
            cumulative += series.Count(i);
            var bound = i < _bounds.Length ? _bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
            text.Sample(Name + "_bucket", MetricText.With(labels, "le", bound), cumulative);
        }
        text.Sample(Name + "_sum", labels, series.Sum);
        text.Sample(Name + "_count", labels, cumulative);
    }

    internal sealed class Series(double[] bounds)
    {
        private readonly long[] _counts = new long[bounds.Length + 1];
        private AtomicDouble _sum;

        public double Sum => _sum.Value;

        public long Count(int bucket) => Interlocked.Read(ref _counts[bucket]);

        public void Observe(double value)
        {
            var bucket = Array.BinarySearch(bounds, value);
            Interlocked.Increment(ref _counts[bucket >= 0 ? bucket : ~bucket]);
            _sum.Add(value);
        }
    }
}
