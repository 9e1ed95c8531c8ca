using System.Globalization;

namespace YarpIngress.Benchmarks;

/// <summary>The distribution of a measured time.</summary>
internal sealed class Distribution
{
    private readonly List<double> _milliseconds = [];
    private double[]? _sorted;

    public int Count => _milliseconds.Count;

    public static Distribution Of(IEnumerable<Distribution> parts)
    {
        var whole = new Distribution();
        foreach (var part in parts)
            whole._milliseconds.AddRange(part._milliseconds);
        return whole;
    }

    public void Add(TimeSpan value)
    {
        _milliseconds.Add(value.TotalMilliseconds);
        _sorted = null;
    }

    /// <summary>Milliseconds at a quantile between 0 and 1, nearest rank.</summary>
    public double At(double quantile)
    {
        var sorted = _sorted ??= [.. _milliseconds.Order()];
        return sorted[Math.Clamp((int)Math.Ceiling(quantile * sorted.Length) - 1, 0, sorted.Length - 1)];
    }

    /// <summary><c>p50 p99 max</c> in milliseconds.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At(0.5),9:0.00} {At(0.99),9:0.00} {At(1),9:0.00}");
}
