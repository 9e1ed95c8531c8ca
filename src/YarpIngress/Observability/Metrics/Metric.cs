using System.Collections.Concurrent;

namespace YarpIngress.Observability.Metrics;

/// <summary>One metric name with its series, one for each combination of label values.</summary>
/// <typeparam name="TSeries">What one series counts; callers on a hot path keep the handle that <see cref="WithLabels"/> gives.</typeparam>
internal abstract class Metric<TSeries>(string name, string help, IReadOnlyList<string> labelNames) : IMetric
    where TSeries : class
{
    private readonly ConcurrentDictionary<LabelValues, TSeries> _series = [];

    /// <summary>Full name, prefix included.</summary>
    public string Name { get; } = name;

    /// <summary>The word of the TYPE line.</summary>
    protected abstract string Type { get; }

    /// <summary>The series of these label values, made when it is new.</summary>
    public TSeries WithLabels(params string[] values) =>
        values.Length == labelNames.Count
            ? _series.GetOrAdd(new LabelValues(values), _ => Create())
            : throw new ArgumentException($"{Name} has {labelNames.Count} labels, not {values.Length}", nameof(values));

    /// <inheritdoc/>
    public void Write(MetricText text)
    {
        text.Header(Name, help, Type);
        foreach (var (values, series) in _series.OrderBy(pair => pair.Key))
            Write(text, text.Labels(labelNames, values.Values), series);
    }

    /// <summary>A new series at zero.</summary>
    protected abstract TSeries Create();

    /// <summary>Writes the lines of one series.</summary>
    protected abstract void Write(MetricText text, string labels, TSeries series);
}

/// <summary>Something that can write itself in the exposition format.</summary>
internal interface IMetric
{
    /// <summary>Full name.</summary>
    string Name { get; }

    /// <summary>Writes header and series.</summary>
    void Write(MetricText text);
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
