using YarpIngress.Benchmarks.Cluster;
using YarpIngress.Benchmarks.Traffic;

namespace YarpIngress.Benchmarks.Churn;

/// <summary>What happened while something was done under load.</summary>
/// <param name="Outcomes">Of the requests.</param>
/// <param name="ProcessorTime">What the gateway used.</param>
/// <param name="Changes">How many watch events it took over.</param>
internal sealed record ChurnWindow(Outcomes Outcomes, TimeSpan ProcessorTime, long Changes)
{
    /// <summary>Microseconds.</summary>
    public double CostOfRequest => ProcessorTime.TotalMicroseconds / Outcomes.Answered;

    /// <summary>Microseconds that a change costs, given what the same load costs without any.</summary>
    public double CostOfChange(ChurnWindow without) =>
        (CostOfRequest - without.CostOfRequest) * Outcomes.Answered / Math.Max(1, Changes);

    public static async Task<ChurnWindow> MeasureAsync(
        GatewayProcess gateway, SteadyLoad load, Func<CancellationToken, Task> doAsync, CancellationToken ct)
    {
        var changes = (await gateway.MetricsAsync(ct)).ChangesLive.Count;
        load.TakeOutcomes();
        var before = gateway.Process.ProcessorTime;
        await doAsync(ct);
        var used = gateway.Process.ProcessorTime - before;
        var outcomes = load.TakeOutcomes();
        return new ChurnWindow(outcomes, used, (await gateway.MetricsAsync(ct)).ChangesLive.Count - changes);
    }
}
