using System.Globalization;
using YarpIngress.Benchmarks.Load;

namespace YarpIngress.Benchmarks.Throughput;

/// <summary>The samples of one scenario as a table: each proxy beside nginx, and ours beside everyone.</summary>
internal static class ThroughputTable
{
    private const string Reference = "nginx";
    private const string Ours = "yarp-ingress";

    public static IEnumerable<string> Lines(IReadOnlyDictionary<string, List<Measurement>> samples)
    {
        yield return "                      CPU µs  ÷ nginx               req/s     p50      p99      RSS  CPU     failed  heap";
        yield return "                    /request  min  med  max                    ms       ms       MB  busy  requests  B/req";
        foreach (var (name, rounds) in samples)
        {
            var ratio = samples.TryGetValue(Reference, out var reference) ? $"{Ratio(rounds, reference)}" : "";
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"  {name,-18}{Median(rounds, s => s.CostOfRequest),8:0.0}  {ratio,-18}{Median(rounds, s => s.Alone.RequestsPerSecond),9:0}"
                + $"{Median(rounds, s => s.Alone.Load.P50),8:0.00} {Median(rounds, s => s.Alone.Load.P99),8:0.00} "
                + $"{Median(rounds, s => s.Alone.ResidentBytes / 1048576.0),8:0} {Median(rounds, s => s.Alone.Busy),5:0%} "
                + $"{rounds.Sum(s => s.Alone.Load.Failures),8}  {Allocated(rounds),5}");
        }

        if (!samples.TryGetValue(Ours, out var ours))
            yield break;
        foreach (var (name, rounds) in samples.Where(pair => pair.Key is not (Ours or Reference)))
            yield return $"  {Ours} ÷ {name}: {Ratio(ours, rounds)}";
    }

    private static string Allocated(List<Measurement> rounds) => rounds.All(s => s.Alone.AllocatedByRequest is > 0)
        ? $"{Median(rounds, s => s.Alone.AllocatedByRequest ?? 0):0}"
        : "-";

    private static Spread Ratio(List<Measurement> of, List<Measurement> to) =>
        Spread.OfRatios(of.Select(s => s.CostOfRequest), to.Select(s => s.CostOfRequest));

    private static double Median(List<Measurement> rounds, Func<Measurement, double> figure) => Spread.Of(rounds.Select(figure)).Median;
}
