using System.Globalization;
using YarpIngress.Benchmarks.Load;
using YarpIngress.Benchmarks.Processes;
using YarpIngress.Benchmarks.Rivals;

namespace YarpIngress.Benchmarks.Throughput;

/// <summary>
/// What metrics and access log add to a request: little, so that it drowns in what one process differs from the next one of the
/// same program, and one second from the next. Hence a new pair of processes in each round, which are asked with, without, without,
/// with.
/// </summary>
internal static class ObservationCost
{
    private const int TurnsOfPair = 3;

    public static async Task RunAsync(
        Site site, IReadOnlyList<Scenario> scenarios, int rounds, TimeSpan duration, Report report, CancellationToken ct)
    {
        report.Line();
        report.Line("metrics and access log: processor time of a request with them over without");
        report.Line(
            $"median of {rounds} pairs of processes, {TurnsOfPair} turns of {4 * duration.TotalSeconds:0} s each: with, without, without, with");
        report.Line("           µs with  without  min  med  max   median of each pair");
        var measured = scenarios.ToDictionary(scenario => scenario, _ => new List<List<Turn>>());
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
                var taken = new List<Turn>();
                for (var turn = 1; turn <= TurnsOfPair; turn++)
                {
                    Report.Progress(string.Create(CultureInfo.InvariantCulture, $"{scenario.Name}: pair {pair}, turn {turn}"));
                    taken.Add(await Turn.TakeAsync(with, without, scenario.Load, duration, ct));
                }
                pairs.Add(taken);
            }
        }

        foreach (var (scenario, pairs) in measured)
        {
            var all = pairs.SelectMany(taken => taken).ToList();
            var (with, without) = (Spread.Of(all.Select(turn => turn.With)), Spread.Of(all.Select(turn => turn.Without)));
            var medians = pairs.Select(
                taken => Spread.Of(taken.Select(turn => turn.Ratio)).Median.ToString("0.00", CultureInfo.InvariantCulture));
            report.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"  {scenario.Name,-8}{with.Median,8:0.0} {without.Median,8:0.0}  {Spread.Of(all.Select(turn => turn.Ratio))}  "
                + $"{string.Join(' ', medians)}"));
        }
    }

    /// <summary>Microseconds of a request.</summary>
    private readonly record struct Turn(double With, double Without)
    {
        public double Ratio => With / Without;

        public static async Task<Turn> TakeAsync(Rival with, Rival without, ILoad load, TimeSpan duration, CancellationToken ct)
        {
            async Task<double> CostAsync(Rival gateway) => (await Sample.TakeAsync(gateway, load, duration, ct)).CostOfRequest;
            // What the machine does more and more of during a turn, it does to both.
            var first = await CostAsync(with);
            var between = (await CostAsync(without) + await CostAsync(without)) / 2;
            return new Turn((first + await CostAsync(with)) / 2, between);
        }
    }
}
