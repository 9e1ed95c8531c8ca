namespace YarpIngress.Observability.Metrics;

/// <summary>Counts up.</summary>
internal sealed class Counter(string name, string help, IReadOnlyList<string> labelNames)
    : Metric<Counter.Series>(name, help, "counter", labelNames)
{
    protected override Series Create() => new();

    protected override void Write(MetricWriter writer, MetricLabels labels, Series series) => writer.Sample(labels, series.Value);

    internal sealed class Series
    {
        private AtomicDouble _value;

        public double Value => _value.Value;

        public void Inc(double amount = 1) => _value.Add(amount);

        /// <summary>Takes over a count that is kept elsewhere and only grows.</summary>
        public void IncTo(double value)
        {
            if (value > _value.Value)
                _value.Value = value;
        }
    }
}
