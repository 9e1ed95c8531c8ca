namespace YarpIngress.Observability.Metrics;

/// <summary>A metric that is kept elsewhere and read at each scrape: what is gone there is gone here.</summary>
/// <param name="name">Full name, prefix included.</param>
/// <param name="help">One sentence.</param>
/// <param name="type"><c>counter</c> or <c>gauge</c>.</param>
/// <param name="labelNames">Beside the constant ones.</param>
/// <param name="hasConstantLabels">Whether the series carry the constant labels.</param>
/// <param name="read">The series: label values and value. No two with the same values.</param>
internal sealed class ReadMetric(
    string name, string help, string type, IReadOnlyList<string> labelNames, bool hasConstantLabels,
    Func<IEnumerable<ReadMetric.Sample>> read) : IMetric
{
    /// <inheritdoc/>
    public string Name { get; } = name;

    /// <inheritdoc/>
    public string Help { get; } = help;

    /// <inheritdoc/>
    public string Type { get; } = type;

    /// <inheritdoc/>
    public IReadOnlyList<string> LabelNames { get; } = labelNames;

    /// <inheritdoc/>
    public bool HasConstantLabels { get; } = hasConstantLabels;

    /// <inheritdoc/>
    public async ValueTask WriteAsync(MetricWriter writer, CancellationToken ct)
    {
        writer.Begin(this);
        foreach (var sample in read())
        {
            var labels = writer.Labels(HasConstantLabels);
            for (var i = 0; i < sample.Labels.Length; i++)
                labels.Add(LabelNames[i], sample.Labels[i]);
            writer.Sample(labels, sample.Value);
            if (writer.IsFull)
                await writer.FlushAsync(ct);
        }
    }

    /// <summary>One series.</summary>
    internal readonly record struct Sample(double Value, params string[] Labels);
}
