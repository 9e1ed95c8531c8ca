namespace YarpIngress.Observability.Metrics;

/// <summary>A value that goes up and down.</summary>
internal sealed class Gauge(string name, string help, IReadOnlyList<string> labelNames)
    : Metric<Gauge.Series>(name, help, "gauge", labelNames)
{
    protected override Series Create() => new();

    protected override void Write(MetricWriter writer, MetricLabels labels, Series series) => writer.Sample(labels, series.Value);

    internal sealed class Series
    {
        private AtomicDouble _value;

        public double Value => _value.Value;

        public void Set(double value) => _value.Value = value;

        public void Add(double amount) => _value.Add(amount);
    }
}
