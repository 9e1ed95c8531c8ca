namespace YarpIngress.Observability.Metrics;

/// <summary>
/// All metrics of one controller. The shape is prometheus-net's (create once, keep handles of label values), which the
/// build's package registry does not hold.
/// </summary>
/// <param name="prefix">Before every name.</param>
/// <param name="constantLabels">On every series.</param>
internal sealed class MetricRegistry(string prefix, IReadOnlyList<KeyValuePair<string, string>> constantLabels)
{
    private readonly List<IMetric> _metrics = [];
    private readonly List<Action> _beforeWrite = [];

    public Counter CreateCounter(string name, string help, params IReadOnlyList<string> labels) =>
        Add(new Counter(prefix + name, help, labels));

    public Gauge CreateGauge(string name, string help, params IReadOnlyList<string> labels) =>
        Add(new Gauge(prefix + name, help, labels));

    public Histogram CreateHistogram(string name, string help, IReadOnlyList<double> bounds, params IReadOnlyList<string> labels) =>
        Add(new Histogram(prefix + name, help, labels, bounds));

    /// <summary>Runs before each scrape: for values that are read where they are kept instead of counted twice.</summary>
    public void AddBeforeWrite(Action read)
    {
        lock (_metrics)
            _beforeWrite.Add(read);
    }

    /// <summary>Everything in the text format.</summary>
    public string Write()
    {
        IMetric[] metrics;
        Action[] beforeWrite;
        lock (_metrics)
            (metrics, beforeWrite) = ([.. _metrics], [.. _beforeWrite]);
        foreach (var read in beforeWrite)
            read();
        var text = new MetricText(constantLabels);
        foreach (var metric in metrics)
            metric.Write(text);
        return text.ToString();
    }

    private TMetric Add<TMetric>(TMetric metric)
        where TMetric : IMetric
    {
        lock (_metrics)
        {
            if (_metrics.Any(other => other.Name == metric.Name))
                throw new InvalidOperationException($"metric {metric.Name} is registered twice");
            _metrics.Add(metric);
        }
        return metric;
    }
}
