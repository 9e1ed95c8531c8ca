using System.Globalization;

namespace YarpIngress.Benchmarks.Soak;

/// <summary>Whether a figure grows: the median of the last fifth of the time against that of the second.</summary>
internal sealed record SoakTrend(string Name, double Early, double Late, double Most)
{
    // Below this, growth is noise: memory moves with the collector, handles with the connections that happen to be open.
    private const double Tolerance = 1.1;

    public bool IsFlat => Late <= Early * Tolerance;

    public static SoakTrend Of(string name, IReadOnlyList<SoakSample> samples, Func<SoakSample, double> value)
    {
        var fifth = samples.Count / 5;
        double Median(IEnumerable<SoakSample> part) => Spread.Of(part.Select(value)).Median;
        return new SoakTrend(
            name, Median(samples.Skip(fifth).Take(fifth)), Median(samples.Skip(samples.Count - fifth)), samples.Max(value));
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Name,-20} {Early,13:0} {Late,12:0} {Most,10:0}   {(IsFlat ? "flat" : "GROWS")}");
}
