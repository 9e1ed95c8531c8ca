using System.Globalization;

namespace YarpIngress.Benchmarks.Propagation;

/// <summary>What the figures say of each other: how the cost grows with the number of hosts, and ours against the others'.</summary>
internal static class RatioTable
{
    public static IEnumerable<string> Lines(IReadOnlyList<Figure> figures)
    {
        var ours = figures.Where(figure => figure.OwnClock is not null).ToList();
        if (ours.Count == 0)
            yield break;
        var (most, thousand) = (ours.Max(figure => figure.Size), 1000);
        if (ours.Exists(figure => figure.Size == thousand) && most > thousand)
        {
            yield return $"cost of a change at {most:N0} hosts over {thousand:N0}      client's p50   mean of own clock";
            foreach (var now in ours.Where(figure => figure.Size == most))
                yield return Growth(now, ours.First(then => then.Size == thousand && IsSameKind(now, then)));
            yield return "";
        }

        yield return $"an endpoint changes at {most:N0} hosts: YarpIngress over   p50 over p50   p99 over p99 (or the slowest)";
        foreach (var other in figures.Where(figure => figure.OwnClock is null && figure.Size == most))
            yield return Against(ours.First(our => our is { What: "endpoint" } && our.Size == most && our.UnderLoad == other.UnderLoad), other);
    }

    private static bool IsSameKind(Figure one, Figure other) => one.What == other.What && one.UnderLoad == other.UnderLoad;

    private static string Growth(Figure now, Figure then)
    {
        var own = now.OwnClock?.MeanMilliseconds / then.OwnClock?.MeanMilliseconds;
        return string.Create(
            CultureInfo.InvariantCulture, $"  {now.What + LoadOf(now),-45} {Ratio(now.Times, then.Times, 0.5),12} {own,16:0.00}x");
    }

    private static string Against(Figure ours, Figure other) =>
        $"  {other.Who + ", " + other.What + LoadOf(other),-45} {Ratio(ours.Times, other.Times, 0.5),12} "
        + $"{Ratio(ours.Times, other.Times, 0.99),14}";

    private static string LoadOf(Figure figure) => figure.UnderLoad ? ", load" : ", idle";

    // Small ratios as people say them: a five-hundredth is 1/500.
    private static string Ratio(Distribution ours, Distribution other, double quantile)
    {
        if (ours.At(quantile) <= 0 || other.At(quantile) <= 0)
            return "-";
        var ratio = ours.At(quantile) / other.At(quantile);
        return ratio < 0.1
            ? string.Create(CultureInfo.InvariantCulture, $"1/{1 / ratio:N0}")
            : string.Create(CultureInfo.InvariantCulture, $"{ratio:0.00}x");
    }
}
