using YarpIngress.Observability.Dashboard.Traffic;

namespace YarpIngress.Observability.Dashboard.Api;

/// <summary><c>/api/overview</c>: what the first page shows, asked for every two seconds.</summary>
internal static class OverviewApi
{
    // What "now" means in numbers: long enough to be calm, short enough to follow.
    private const int SamplesOfNow = 5;
    private const int ProblemsShown = 5;

    public static Overview Answer(DashboardSource source, Inventory inventory)
    {
        var samples = source.Traffic.Samples();
        var now = TrafficSample.Sum([.. samples.TakeLast(SamplesOfNow)]);
        var worst = inventory.ProblemErrors + inventory.ProblemWarnings == 0
            ? []
            : ProblemsApi.First([.. source.Objects.Problems], ProblemsShown);
        return new Overview(
            (int)(SamplesOfNow * TrafficHistory.Step.TotalSeconds), Point(now), [.. samples.Select(Point)], inventory, worst);
    }

    private static TrafficPoint Point(TrafficSample sample)
    {
        var total = sample.ByClass.Sum();
        return new TrafficPoint(
            sample.At.ToUnixTimeMilliseconds(),
            PerSecond(total, sample),
            PerSecond(sample.ByClass[4], sample),
            PerSecond(sample.ByClass[5], sample),
            total == 0 ? null : (double)sample.ByClass[5] / total,
            DurationBuckets.Quantile(sample.Durations, 0.5),
            DurationBuckets.Quantile(sample.Durations, 0.99));
    }

    private static double PerSecond(long count, TrafficSample sample) => sample.Seconds > 0 ? count / sample.Seconds : 0;
}

/// <summary>The first page.</summary>
/// <param name="NowSeconds">The span that <paramref name="Now"/> is the mean of.</param>
/// <param name="Now">Traffic now.</param>
/// <param name="History">Traffic of the last minutes, oldest first.</param>
/// <param name="Inventory">How many of everything there are.</param>
/// <param name="Problems">The worst problems.</param>
internal sealed record Overview(
    int NowSeconds, TrafficPoint Now, IReadOnlyList<TrafficPoint> History, Inventory Inventory, IReadOnlyList<ProblemRow> Problems);

/// <summary>The traffic of a span of time.</summary>
/// <param name="At">Its end, in milliseconds of Unix time.</param>
/// <param name="Requests">Requests a second.</param>
/// <param name="ClientErrors">Answers 4xx a second.</param>
/// <param name="ServerErrors">Answers 5xx a second.</param>
/// <param name="ServerErrorShare">Share of 5xx; null without requests.</param>
/// <param name="P50">Median of the durations in seconds; null without requests.</param>
/// <param name="P99">99 of 100 requests took no longer, in seconds.</param>
internal sealed record TrafficPoint(
    long At, double Requests, double ClientErrors, double ServerErrors, double? ServerErrorShare, double? P50, double? P99);
