using System.Globalization;
using YarpIngress.Benchmarks.Rivals;

namespace YarpIngress.Benchmarks.Load;

/// <summary>Measures proxies that share a processor: in each round one by one, for rate and latency, then in turns, for processor time.</summary>
internal static class Rounds
{
    /// <summary>Says how the figures of a table come about.</summary>
    public static void Describe(Report report, int rounds, TimeSpan duration) => report.Line(
        $"median of {rounds} rounds of {duration.TotalSeconds:0} s for each; processor time is taken in turns, ratios are of one round");

    /// <summary>The rounds of each proxy, by its name.</summary>
    /// <param name="what">Shown meanwhile.</param>
    /// <param name="asked">The proxies, and how each is asked.</param>
    /// <param name="rounds">How many.</param>
    /// <param name="duration">For how long each proxy runs, each time.</param>
    /// <param name="ct">Gives up.</param>
    /// <param name="countsAllocations">See <see cref="Sample.TakeAsync"/>.</param>
    public static async Task<Dictionary<string, List<Measurement>>> MeasureAsync(
        string what, IReadOnlyList<(Rival Proxy, ILoad Load)> asked, int rounds, TimeSpan duration, CancellationToken ct,
        bool countsAllocations = false)
    {
        var measured = asked.ToDictionary(one => one.Proxy.Name, _ => new List<Measurement>());
        for (var round = 1; round <= rounds; round++)
        {
            var alone = new List<Sample>();
            foreach (var (proxy, load) in asked)
            {
                Report.Progress(string.Create(CultureInfo.InvariantCulture, $"{what}: round {round}, {proxy.Name}"));
                alone.Add(await Sample.TakeAsync(proxy, load, duration, ct, countsAllocations));
            }
            Report.Progress(string.Create(CultureInfo.InvariantCulture, $"{what}: round {round}, in turns"));
            var inTurns = await Turns.TakeAsync(asked, duration, ct);
            for (var i = 0; i < asked.Count; i++)
                measured[asked[i].Proxy.Name].Add(new Measurement(alone[i], inTurns[i].CostOfRequest));
        }
        return measured;
    }
}
