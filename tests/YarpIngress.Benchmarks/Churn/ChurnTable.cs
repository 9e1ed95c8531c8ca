using System.Globalization;

namespace YarpIngress.Benchmarks.Churn;

/// <summary>The windows as people read them.</summary>
internal static class ChurnTable
{
    public const string Head =
        "                                                   milliseconds                  µs of processor time\n"
        + "                              requests   failed    p50      p99      max         of a request";

    public static string Row(string what, IReadOnlyList<ChurnWindow> windows)
    {
        var all = windows.Select(window => window.Outcomes).ToList();
        var times = Distribution.Of(all.Select(outcomes => outcomes.Times()));
        var failures = string.Join("; ", all.Where(outcomes => outcomes.Failed > 0).Select(outcomes => outcomes.Failures));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{what,-28} {all.Sum(outcomes => outcomes.Answered),9:N0} {all.Sum(outcomes => outcomes.Failed),8:N0} ")
            + $"{times}   {Spread.Of(windows.Select(window => window.CostOfRequest))} {failures}".TrimEnd();
    }

    /// <summary>What changes cost, from windows that are neighbours.</summary>
    public static IEnumerable<string> Cost(IReadOnlyList<ChurnWindow> without, IReadOnlyList<ChurnWindow> with)
    {
        var ratios = Spread.OfRatios(with.Select(window => window.CostOfRequest), without.Select(window => window.CostOfRequest));
        var ofChange = Spread.Of(with.Zip(without, (changing, quiet) => changing.CostOfChange(quiet)));
        yield return $"processor time of a request, with changes over without: {ratios} (least, median, most)";
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"processor time of one change: {ofChange.Median:0} µs; changes: {with.Sum(window => window.Changes):N0}");
    }
}
