using System.Net;
using YarpIngress.Kubernetes;
using YarpIngress.Pipeline.Limits;
using YarpIngress.Translation.Model;

namespace YarpIngress.Tests.Limits;

/// <summary><c>limit-rps</c>, <c>limit-rpm</c> and <c>limit-burst-multiplier</c> under a clock that the tests move.</summary>
public sealed class RateLimitTests
{
    private static readonly ObjectKey Ingress = new("default", "web");

    [Fact]
    public void As_many_as_the_burst_and_one_pass_at_once_then_the_rate()
    {
        var zone = Zone();
        var limits = RateLimits.Of(new LimitPolicy { RequestsPerSecond = 2, BurstMultiplier = 3 });
        Assert.Equal(7, Passing(zone, limits, now: 0, tries: 20));
        Assert.Equal(0, Passing(zone, limits, now: 499, tries: 5));
        Assert.Equal(1, Passing(zone, limits, now: 500, tries: 5));
        Assert.Equal(2, Passing(zone, limits, now: 1500, tries: 5));
        // What was refused does not count: after a quiet time everything is as at the beginning.
        Assert.Equal(7, Passing(zone, limits, now: 10_000, tries: 20));
    }

    [Fact]
    public void A_minutes_rate_is_rounded_as_nginx_rounds_it()
    {
        var zone = Zone();
        // 16 thousandths of a request a second.
        var limits = RateLimits.Of(new LimitPolicy { RequestsPerMinute = 1, BurstMultiplier = 1 });
        Assert.Equal(2, Passing(zone, limits, now: 0, tries: 5));
        Assert.Equal(0, Passing(zone, limits, now: 62_499, tries: 5));
        Assert.Equal(1, Passing(zone, limits, now: 62_500, tries: 5));
    }

    [Fact]
    public void What_one_rate_refuses_counts_in_neither()
    {
        var zone = Zone();
        var limits = RateLimits.Of(new LimitPolicy { RequestsPerSecond = 1, RequestsPerMinute = 60, BurstMultiplier = 1 });
        Assert.Equal(2, Passing(zone, limits, now: 0, tries: 100));
        // The minute's bucket holds 1000 of 60,000, or these would find it full.
        Assert.Equal(2, Passing(zone, limits, now: 2000, tries: 100));
        Assert.Equal(2, Passing(zone, limits, now: 4000, tries: 100));
    }

    [Fact]
    public void Clients_do_not_share_and_an_IPv4_address_is_one_client_however_it_is_written()
    {
        var zone = Zone();
        var limits = RateLimits.Of(new LimitPolicy { RequestsPerSecond = 1 });
        var address = ClientKey.Of(IPAddress.Parse("192.0.2.1"));
        Assert.Equal(address, ClientKey.Of(IPAddress.Parse("::ffff:192.0.2.1")));
        Assert.NotEqual(address, ClientKey.Of(IPAddress.Parse("192.0.2.2")));
        Assert.Equal(6, Passing(zone, limits, now: 0, tries: 20, client: address));
        Assert.Equal(6, Passing(zone, limits, now: 0, tries: 20, client: ClientKey.Of(IPAddress.Parse("2001:db8::1"))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void It_decides_as_the_naive_model_does(int seed)
    {
        var random = new Random(seed);
        var clock = new ManualClock();
        using var zones = new LimitZones(clock);
        for (var round = 0; round < 20; round++)
        {
            var policy = new LimitPolicy
            {
                RequestsPerSecond = random.Next(3) * random.Next(1, 5),
                RequestsPerMinute = random.Next(2) * random.Next(1, 200),
                BurstMultiplier = random.Next(1, 4),
            };
            var zone = zones.Place(new ObjectKey("default", $"web-{seed}-{round}"));
            var model = new NaiveLimits(policy);
            for (var i = 0; i < 2000; i++)
            {
                if (random.Next(4) == 0)
                    clock.Advance(random.Next(10) switch { 0 => random.Next(120_000), < 3 => random.Next(2000), _ => random.Next(50) });
                if (random.Next(100) == 0)
                    clock.Fire();
                UInt128 client = (ulong)random.Next(5);
                Assert.Equal(model.TryTake(client, zones.Now), zone.TryTake(client, RateLimits.Of(policy), zones.Now));
            }
        }
    }

    [Fact]
    public async Task However_many_threads_ask_no_more_than_the_burst_and_one_pass()
    {
        var clock = new ManualClock();
        using var zones = new LimitZones(clock);
        var zone = zones.Place(Ingress);
        var limits = RateLimits.Of(new LimitPolicy { RequestsPerSecond = 10, BurstMultiplier = 10 });
        var passed = new int[4];
        for (var second = 0; second < 3; second++)
        {
            var counts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
            {
                var own = new int[4];
                for (var i = 0; i < 400; i++)
                    own[i % 4] += zone.TryTake((ulong)(i % 4), limits, zones.Now) ? 1 : 0;
                return own;
            }, TestContext.Current.CancellationToken)));
            for (var client = 0; client < 4; client++)
                passed[client] += counts.Sum(own => own[client]);
            clock.Advance(1000);
        }
        // Then what has run out in two seconds.
        Assert.All(passed, count => Assert.Equal(101 + 20, count));
    }

    [Fact]
    public void A_million_addresses_find_bounded_room_and_take_nothing_from_other_Ingresses()
    {
        var clock = new ManualClock();
        using var zones = new LimitZones(clock, mostClients: 100_000);
        var limits = RateLimits.Of(new LimitPolicy { RequestsPerSecond = 1, BurstMultiplier = 1 });
        var quiet = zones.Place(new ObjectKey("default", "quiet"));
        Assert.Equal(2, Passing(quiet, limits, zones.Now, tries: 5));
        var attacked = zones.Place(Ingress);
        var others = zones.Place(new ObjectKey("default", "others"));
        for (ulong client = 0; client < 1_000_000; client++)
        {
            Assert.True(attacked.TryTake(new UInt128(0x2001_0db8_0000_0000, client), limits, zones.Now));
            Assert.True(others.TryTake(new UInt128(0x2001_0db8_0000_0001, client), limits, zones.Now));
        }
        Assert.InRange(attacked.Clients, 30_000, 65_536);
        Assert.InRange(zones.Clients, 90_000, 102_048);
        Assert.Equal(attacked.Clients + others.Clients + quiet.Clients, zones.Clients);

        // Nobody is forgotten for another one's sake.
        Assert.Equal(0, Passing(quiet, limits, zones.Now, tries: 5));
        var late = zones.Place(new ObjectKey("default", "late"));
        Assert.Equal(2, Passing(late, limits, zones.Now, tries: 5));
        Assert.Equal(0, Passing(late, limits, zones.Now, tries: 5));

        // And all is given back.
        clock.Advance(2000);
        clock.Fire();
        Assert.Equal(0, zones.Clients);
    }

    [Fact]
    public void With_the_last_route_of_an_Ingress_its_clients_are_forgotten()
    {
        var clock = new ManualClock();
        using var zones = new LimitZones(clock);
        var limits = RateLimits.Of(new LimitPolicy { RequestsPerSecond = 1 });
        var zone = zones.Place(Ingress);
        zones.Hold(zone);
        zones.Hold(zones.Place(Ingress));
        Assert.Equal(6, Passing(zone, limits, zones.Now, tries: 10));
        zones.Release(zone);
        Assert.Same(zone, zones.Place(Ingress));
        zones.Release(zone);
        Assert.Equal(0, zones.Clients);
        Assert.NotSame(zone, zones.Place(Ingress));
    }

    private static LimitZone Zone() => new(Ingress, new BucketBudget(1000));

    private static int Passing(LimitZone zone, RateLimits limits, long now, int tries, UInt128 client = default) =>
        Enumerable.Range(0, tries).Count(_ => zone.TryTake(client, limits, now));
}
