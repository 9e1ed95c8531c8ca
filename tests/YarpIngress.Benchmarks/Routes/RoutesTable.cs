using System.Globalization;
using YarpIngress.Benchmarks.Load;

namespace YarpIngress.Benchmarks.Routes;

/// <summary>The samples of one scenario as a table: each size beside the first one.</summary>
internal static class RoutesTable
{
    public static IEnumerable<string> Lines(IReadOnlyDictionary<string, List<Measurement>> samples)
    {
        yield return "                      CPU µs  ÷ 1 host            p99  ÷ 1 host          RSS  CPU     failed";
        yield return "                    /request  min  med  max        ms  min  med  max      MB  busy  requests";
        var reference = samples.Values.First();
        foreach (var (name, rounds) in samples)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"  {name,-18}{Median(rounds, s => s.CostOfRequest),8:0.0}  {Ratio(rounds, reference, s => s.CostOfRequest)}"
                + $"{Median(rounds, s => s.Alone.Load.P99),10:0.00}  {Ratio(rounds, reference, s => s.Alone.Load.P99)}"
                + $"{Median(rounds, s => s.Alone.ResidentBytes / 1048576.0),8:0} {Median(rounds, s => s.Alone.Busy),5:0%} "
                + $"{rounds.Sum(s => s.Alone.Load.Failures),9}");
        }
    }

    private static Spread Ratio(List<Measurement> of, List<Measurement> to, Func<Measurement, double> figure) =>
        Spread.OfRatios(of.Select(figure), to.Select(figure));

    private static double Median(List<Measurement> rounds, Func<Measurement, double> figure) => Spread.Of(rounds.Select(figure)).Median;
}
