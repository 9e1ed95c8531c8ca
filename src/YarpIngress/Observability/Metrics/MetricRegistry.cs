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

    /// <summary>Before every name.</summary>
    public string Prefix => prefix;

    /// <summary>Names of the labels that every series carries unless its metric says otherwise.</summary>
    public IReadOnlyList<string> ConstantLabelNames { get; } = [.. constantLabels.Select(label => label.Key)];

    /// <summary>The labels that every series carries unless its metric says otherwise.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ConstantLabels => constantLabels;

    /// <summary>All of them, in the order in which they were created.</summary>
    public IReadOnlyList<IMetric> Metrics
    {
        get
        {
            lock (_metrics)
                return [.. _metrics];
        }
    }

    public Counter CreateCounter(string name, string help, params IReadOnlyList<string> labels) =>
        Add(new Counter(prefix + name, help, labels));

    public Gauge CreateGauge(string name, string help, params IReadOnlyList<string> labels) =>
        Add(new Gauge(prefix + name, help, labels));

    public Histogram CreateHistogram(string name, string help, IReadOnlyList<double> bounds, params IReadOnlyList<string> labels) =>
        Add(new Histogram(prefix + name, help, labels, bounds));

    /// <summary>A counter without labels that is kept elsewhere.</summary>
    public void ReadCounter(string name, string help, Func<double> read) =>
        Add(new ReadMetric(prefix + name, help, "counter", [], hasConstantLabels: true, () => [new(read())]));

    /// <summary>A gauge without labels that is kept elsewhere.</summary>
    public void ReadGauge(string name, string help, Func<double> read) =>
        Add(new ReadMetric(prefix + name, help, "gauge", [], hasConstantLabels: true, () => [new(read())]));

    /// <summary>Adds a metric under its full name.</summary>
    public TMetric Add<TMetric>(TMetric metric)
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

    /// <summary>Runs before each scrape: for values that are read where they are kept instead of counted twice.</summary>
    public void AddBeforeWrite(Action read)
    {
        lock (_metrics)
            _beforeWrite.Add(read);
    }

    /// <summary>Writes everything as text.</summary>
    public Task WriteAsync(Stream output, ExpositionFormat format, CancellationToken ct) =>
        WriteAsync(new ExpositionWriter(format, output, constantLabels), ct);

    /// <summary>Writes everything.</summary>
    public async Task WriteAsync(MetricWriter writer, CancellationToken ct)
    {
        Action[] beforeWrite;
        lock (_metrics)
            beforeWrite = [.. _beforeWrite];
        foreach (var read in beforeWrite)
            read();
        foreach (var metric in Metrics)
            await metric.WriteAsync(writer, ct);
        await writer.EndAsync(ct);
    }
}
