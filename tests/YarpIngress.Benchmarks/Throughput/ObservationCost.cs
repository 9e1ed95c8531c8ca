using System.Globalization;
using YarpIngress.Benchmarks.Load;
using YarpIngress.Benchmarks.Processes;
using YarpIngress.Benchmarks.Rivals;

namespace YarpIngress.Benchmarks.Throughput;

/// <summary>
/// What metrics and access log add to a request: less than one process differs from another of the same program. Hence a new pair
/// of them in each round.
/// </summary>
internal static class ObservationCost
{
    private const int WindowsOfPair = 3;

    public static async Task RunAsync(
        Site site, IReadOnlyList<Scenario> scenarios, int rounds, TimeSpan duration, Report report, CancellationToken ct)
    {
        report.Line();
        report.Line("metrics and access log: processor time of a request with them over without");
        report.Line($"{rounds} pairs of processes, {WindowsOfPair} windows of {duration.TotalSeconds:0} s for each, taken in turns");
        report.Line("           µs with  without  min  med  max   median of each pair");
        var measured = scenarios.ToDictionary(scenario => scenario, _ => new List<List<Window>>());
        for (var pair = 1; pair <= rounds; pair++)
        {
            await using var with = new Gateway();
            await using var without = new Gateway("no log, metrics")
            {
                Flags = ["--enable-metrics=false"],
                Settings = new() { ["disable-access-log"] = "true" },
            };
            await with.StartAsync(site, Processors.Proxy, ct);
            await without.StartAsync(site, Processors.Proxy, ct);
            foreach (var (scenario, pairs) in measured)
            {
                await WarmUp.RunAsync([with, without], scenario.Load, ct);
                var taken = new List<Window>();
                for (var window = 1; window <= WindowsOfPair; window++)
                {
                    Report.Progress(string.Create(CultureInfo.InvariantCulture, $"{scenario.Name}: pair {pair}, window {window}"));
                    taken.Add(await Window.TakeAsync(with, without, scenario.Load, duration, ct));
                }
                pairs.Add(taken);
            }
        }

        foreach (var (scenario, pairs) in measured)
        {
            var all = pairs.SelectMany(taken => taken).ToList();
            var (with, without) = (Spread.Of(all.Select(window => window.With)), Spread.Of(all.Select(window => window.Without)));
            var medians = pairs.Select(
                taken => Spread.Of(taken.Select(window => window.Ratio)).Median.ToString("0.00", CultureInfo.InvariantCulture));
            report.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"  {scenario.Name,-8}{with.Median,8:0.0} {without.Median,8:0.0}  {Spread.Of(all.Select(window => window.Ratio))}  "
                + $"{string.Join(' ', medians)}"));
        }
    }

    /// <summary>Microseconds of a request.</summary>
    private readonly record struct Window(double With, double Without)
    {
        public double Ratio => With / Without;

        public static async Task<Window> TakeAsync(Rival with, Rival without, ILoad load, TimeSpan duration, CancellationToken ct)
        {
            var taken = await Turns.TakeAsync([(with, load), (without, load)], duration, ct);
            return new Window(taken[0].CostOfRequest, taken[1].CostOfRequest);
        }
    }
}
