using YarpIngress.Kubernetes;
using YarpIngress.Pipeline.RateLimiter;
using YarpIngress.Tests.Limits;
using YarpIngress.Translation.Model;

namespace YarpIngress.Tests.NamedPolicies;

/// <summary>The limiters of <c>rate-limiter-policies</c> under a clock that the tests move.</summary>
public sealed class RateZoneTests
{
    private static readonly ObjectKey Ingress = new("default", "web");
    private readonly ManualClock _clock = new();

    private static RateLimiterPolicy FixedWindow => new()
    {
        Name = "fixed",
        Kind = RateLimiterKind.FixedWindow,
        Permits = 3,
        Window = TimeSpan.FromSeconds(10),
        PerClient = true,
    };

    [Fact]
    public void A_fixed_window_gives_all_permits_back_when_it_is_over()
    {
        var zone = Zone(FixedWindow);
        Assert.Equal(3, Granted(zone, 5));
        Assert.Equal(10_000, zone.Take(1).RetryAfter);
        _clock.Advance(9_999);
        Assert.Equal(0, Granted(zone, 5));
        _clock.Advance(1);
        Assert.Equal(3, Granted(zone, 5));
        _clock.Advance(3_600_000);
        Assert.Equal(3, Granted(zone, 5));
        // Somebody else is counted for himself.
        Assert.Equal(3, Granted(zone, 5, client: 2));
    }

    [Fact]
    public void A_sliding_window_gives_each_segments_permits_back_when_it_has_passed_it()
    {
        var zone = Zone(FixedWindow with { Kind = RateLimiterKind.SlidingWindow, Permits = 4, Segments = 5 });
        Assert.Equal(1, Granted(zone, 1));
        _clock.Advance(4_000);
        Assert.Equal(3, Granted(zone, 9));
        Assert.Equal(6_000, zone.Take(1).RetryAfter);
        _clock.Advance(6_000);
        Assert.Equal(1, Granted(zone, 9));
        _clock.Advance(4_000);
        Assert.Equal(3, Granted(zone, 9));
        // Never more than its permits in any 10 seconds.
        var random = new Random(1);
        var (times, now) = (new List<long>(), 14_000L);
        for (var i = 0; i < 5_000; i++)
        {
            var step = random.Next(1, 900);
            _clock.Advance(step);
            now += step;
            if (zone.Take(1).IsGranted)
                times.Add(now);
        }
        Assert.All(times, time => Assert.InRange(times.Count(other => other > time - 8_000 && other <= time), 1, 4));
    }

    [Fact]
    public void A_token_bucket_fills_by_the_period_up_to_its_limit()
    {
        var zone = Zone(
            FixedWindow with { Kind = RateLimiterKind.TokenBucket, Permits = 5, TokensPerPeriod = 2, Window = TimeSpan.FromSeconds(1) });
        Assert.Equal(5, Granted(zone, 9));
        _clock.Advance(999);
        Assert.Equal(0, Granted(zone, 9));
        _clock.Advance(1);
        Assert.Equal(2, Granted(zone, 9));
        _clock.Advance(long.MaxValue / TimeSpan.TicksPerMillisecond / 4);
        Assert.Equal(5, Granted(zone, 9));
    }

    [Fact]
    public async Task The_oldest_goes_first_and_one_too_many_is_refused()
    {
        var zone = Zone(FixedWindow with { QueueLimit = 2 });
        Assert.Equal(3, Granted(zone, 3));
        var (first, second) = (zone.Take(1).Waiting!, zone.Take(1).Waiting!);
        Assert.Null(zone.Take(1).Waiting);
        zone.Leave(first);
        Assert.False(await first.Task);
        var third = zone.Take(1).Waiting!;
        _clock.Advance(10_000);
        _clock.Fire();
        Assert.True(await second.Task);
        Assert.True(await third.Task);
        Assert.Equal(1, Granted(zone, 3));
    }

    [Fact]
    public async Task The_newest_goes_first_and_the_oldest_gives_way()
    {
        var zone = Zone(FixedWindow with { Kind = RateLimiterKind.Concurrency, Permits = 1, QueueLimit = 2, NewestFirst = true });
        Assert.True(zone.Take(1).IsGranted);
        var (first, second, third) = (zone.Take(1).Waiting!, zone.Take(1).Waiting!, zone.Take(1).Waiting!);
        Assert.False(await first.Task);
        zone.Return(1);
        Assert.True(await third.Task);
        Assert.False(second.Task.IsCompleted);
        zone.Return(1);
        Assert.True(await second.Task);
        zone.Return(1);
        // Nobody has anything open: nothing is remembered.
        Assert.Equal(0, zone.Count);
    }

    [Fact]
    public void Whoever_has_many_addresses_uses_up_neither_memory_nor_what_others_have()
    {
        using var zones = new RateZones(_clock, mostPartitions: 1_000);
        var (attacked, other) = (zones.Place(Ingress, FixedWindow), zones.Place(new("default", "other"), FixedWindow));
        for (var i = 1u; i <= 50_000; i++)
            attacked.Take(i);
        Assert.InRange(zones.Count, 900, 1_000 + 16 * 128);
        Assert.Equal(3, Granted(other, 9));
        _clock.Advance(60_000);
        _clock.Fire();
        Assert.Equal(0, zones.Count);
    }

    [Fact]
    public async Task When_the_limiter_is_gone_who_waits_still_gets_through_and_nothing_is_left()
    {
        using var zones = new RateZones(_clock);
        var zone = zones.Place(Ingress, FixedWindow with { QueueLimit = 5 });
        zones.Hold(zone);
        Assert.Equal(3, Granted(zone, 3));
        var waiter = zone.Take(1).Waiting!;
        zone.Take(2);
        zones.Release(zone);
        Assert.Equal(1, zones.Count);
        _clock.Advance(10_000);
        _clock.Fire();
        Assert.True(await waiter.Task);
        Assert.Equal(0, zones.Count);
    }

    [Fact]
    public async Task Threads_together_never_have_more_open_than_they_may()
    {
        var zone = Zone(FixedWindow with { Kind = RateLimiterKind.Concurrency, Permits = 3, QueueLimit = 1_000 });
        var (open, most) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 500; i++)
            {
                var answer = zone.Take(1);
                if (!answer.IsGranted && (answer.Waiting is not { } waiter || !await waiter.Task))
                    continue;
                var now = Interlocked.Increment(ref open);
                InterlockedMost(ref most, now);
                Interlocked.Decrement(ref open);
                zone.Return(1);
            }
        }, TestContext.Current.CancellationToken)));
        Assert.InRange(most, 1, 3);
        Assert.Equal(0, zone.Count);
    }

    private static void InterlockedMost(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen;)
            seen = Interlocked.CompareExchange(ref most, value, seen) is var before && before == seen ? value : before;
    }

    private static int Granted(RateZone zone, int tries, uint client = 1) =>
        Enumerable.Range(0, tries).Count(_ => zone.Take(client).IsGranted);

    private RateZone Zone(RateLimiterPolicy policy) => new RateZones(_clock).Place(Ingress, policy);
}
