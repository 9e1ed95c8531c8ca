using System.Globalization;
using YarpIngress.Benchmarks.Rivals;

namespace YarpIngress.Benchmarks.Load;

/// <summary>
/// Asks before anything is measured. A proxy that is compiled while it runs is asked until its cost has settled: on one
/// processor, which the compiler has to share with the load, that takes the better part of half a minute.
/// </summary>
internal static class WarmUp
{
    private const int LeastRounds = 6;
    private const int MostRounds = 15;
    private const int SettledRounds = 3;
    private const double SettledWithin = 1.1;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(1);

    public static async Task RunAsync(IReadOnlyList<Rival> proxies, ILoad load, CancellationToken ct)
    {
        var costs = proxies.ToDictionary(proxy => proxy, _ => new List<double>());
        for (var round = 1; round <= MostRounds; round++)
        {
            var open = proxies.Where(proxy => !IsWarm(proxy, costs[proxy])).ToList();
            if (open.Count == 0)
                return;

            // In turn, so that one compiles while another is asked.
            foreach (var proxy in open)
            {
                Report.Progress(string.Create(CultureInfo.InvariantCulture, $"warm-up {round}, {proxy.Name}"));
                costs[proxy].Add((await Sample.TakeAsync(proxy, load, Duration, ct)).CostOfRequest);
            }
        }
    }

    private static bool IsWarm(Rival proxy, List<double> costs)
    {
        if (!proxy.CompilesWhileRunning)
            return costs.Count > 0;
        var last = costs.TakeLast(SettledRounds).ToList();
        return costs.Count >= LeastRounds && last.Max() <= last.Min() * SettledWithin;
    }
}
