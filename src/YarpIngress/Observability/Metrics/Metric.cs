using System.Collections.Concurrent;

namespace YarpIngress.Observability.Metrics;

/// <summary>Something that can write itself.</summary>
internal interface IMetric
{
    /// <summary>Full name, prefix included.</summary>
    string Name { get; }

    /// <summary>One sentence.</summary>
    string Help { get; }

    /// <summary>The word of the TYPE line.</summary>
    string Type { get; }

    /// <summary>Beside the constant ones.</summary>
    IReadOnlyList<string> LabelNames { get; }

    /// <summary>Whether its series carry the constant labels.</summary>
    bool HasConstantLabels { get; }

    /// <summary>Writes header and series.</summary>
    ValueTask WriteAsync(MetricWriter writer, CancellationToken ct);
}

/// <summary>One metric name with its series, one for each combination of label values.</summary>
/// <typeparam name="TSeries">What one series counts; callers on a hot path keep the handle that <see cref="WithLabels"/> gives.</typeparam>
internal abstract class Metric<TSeries>(string name, string help, string type, IReadOnlyList<string> labelNames) : IMetric
    where TSeries : class
{
    private readonly ConcurrentDictionary<LabelValues, TSeries> _series = [];

    /// <inheritdoc/>
    public string Name { get; } = name;

    /// <inheritdoc/>
    public string Help { get; } = help;

    /// <inheritdoc/>
    public string Type { get; } = type;

    /// <inheritdoc/>
    public IReadOnlyList<string> LabelNames { get; } = labelNames;

    /// <inheritdoc/>
    public bool HasConstantLabels { get; init; } = true;

    /// <summary>The series of these label values, made when it is new.</summary>
    public TSeries WithLabels(params string[] values) =>
        values.Length == LabelNames.Count
            ? _series.GetOrAdd(new LabelValues(values), _ => Create())
            : throw new ArgumentException($"{Name} has {LabelNames.Count} labels, not {values.Length}", nameof(values));

    /// <summary>Takes the series of these label values away, for what is no more.</summary>
    public void Remove(params string[] values) => _series.TryRemove(new LabelValues(values), out _);

    /// <inheritdoc/>
    public async ValueTask WriteAsync(MetricWriter writer, CancellationToken ct)
    {
        writer.Begin(this);
        foreach (var (values, series) in _series.OrderBy(pair => pair.Key))
        {
            var labels = writer.Labels(HasConstantLabels);
            for (var i = 0; i < values.Values.Length; i++)
                labels.Add(LabelNames[i], values.Values[i]);
            Write(writer, labels, series);
            if (writer.IsFull)
                await writer.FlushAsync(ct);
        }
    }

    /// <summary>A new series at zero.</summary>
    protected abstract TSeries Create();

    /// <summary>Writes the lines of one series.</summary>
    protected abstract void Write(MetricWriter writer, MetricLabels labels, TSeries series);
}

/// <summary>Label values as a key.</summary>
internal readonly record struct LabelValues(string[] Values) : IComparable<LabelValues>
{
    /// <inheritdoc/>
    public bool Equals(LabelValues other) => Values.AsSpan().SequenceEqual(other.Values);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var value in Values)
            hash.Add(value);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public int CompareTo(LabelValues other)
    {
        for (var i = 0; i < Math.Min(Values.Length, other.Values.Length); i++)
            if (string.CompareOrdinal(Values[i], other.Values[i]) is var order && order != 0)
                return order;
        return Values.Length - other.Values.Length;
    }
}
