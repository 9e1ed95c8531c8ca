using FsCheck;
using FsCheck.Fluent;
using YarpIngress.Observability.Dashboard.Traffic;

namespace YarpIngress.Tests.Dashboard;

public sealed class DurationBucketsTests
{
    [Fact]
    public void Every_duration_lies_between_the_start_of_its_bucket_and_the_next() => Prop.ForAll(
        Gen.Choose(10, 1_000_000_000).ToArbitrary(),
        ticks =>
        {
            var duration = new TimeSpan(ticks);
            var index = DurationBuckets.IndexOf(duration);
            return DurationBuckets.Start(index) <= duration.TotalSeconds + 1e-9 && duration.TotalSeconds < DurationBuckets.Start(index + 1);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_shorter_or_longer_than_all_buckets_has_one_too()
    {
        Assert.Equal(0, DurationBuckets.IndexOf(TimeSpan.Zero));
        Assert.Equal(DurationBuckets.Count - 1, DurationBuckets.IndexOf(TimeSpan.FromDays(2)));
    }

    [Fact]
    public void Quantiles_are_off_by_a_tenth_at_most()
    {
        var traffic = new LiveTraffic();
        for (var i = 1; i <= 1000; i++)
            traffic.Record(200, TimeSpan.FromMilliseconds(i));
        var counts = TrafficSample.Between(new long[LiveTraffic.Cells], traffic.Snapshot(), default, 1).Durations;
        Assert.InRange(DurationBuckets.Quantile(counts, 0.5) ?? 0, 0.45, 0.55);
        Assert.InRange(DurationBuckets.Quantile(counts, 0.99) ?? 0, 0.9, 1.09);
        Assert.Null(DurationBuckets.Quantile(new long[DurationBuckets.Count], 0.5));
    }

    [Fact]
    public void Requests_are_counted_by_class_whatever_the_status()
    {
        var traffic = new LiveTraffic();
        foreach (var status in (int[])[101, 200, 204, 301, 404, 499, 502, 0, 999])
            traffic.Record(status, TimeSpan.FromMilliseconds(1));
        var sample = TrafficSample.Between(new long[LiveTraffic.Cells], traffic.Snapshot(), default, 1);
        Assert.Equal([2, 1, 2, 1, 2, 1], sample.ByClass);
        Assert.Equal(8, sample.Durations.Sum());
    }
}
