using System.Globalization;

namespace YarpIngress.Benchmarks;

/// <summary>Least, middle and greatest of what the rounds gave.</summary>
internal readonly record struct Spread(double Min, double Median, double Max)
{
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(sorted[0], median, sorted[^1]);
    }

    /// <summary>The ratio of two series, round by round: what slows the machine down for a while slows both.</summary>
    public static Spread OfRatios(IEnumerable<double> values, IEnumerable<double> references) =>
        Of(values.Zip(references, (value, reference) => value / reference));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Min:0.00} {Median:0.00} {Max:0.00}");
}
