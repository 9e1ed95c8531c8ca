using System.Diagnostics;
using YarpIngress.Pipeline.Balancing;

namespace YarpIngress.Tests.Balancing;

/// <summary>What share each endpoint gets from each algorithm. Chance is seeded, so that a run is like any other.</summary>
public sealed class DistributionTests
{
    private const int Choices = 60_000;

    private readonly Random _random = new(4711);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(100)]
    public void RoundRobinGivesEachItsTurn(int endpoints)
    {
        var set = Endpoints.Equal(endpoints);
        for (var turn = 0u; turn < 3 * endpoints; turn++)
            Assert.Equal((int)(turn % endpoints), RoundRobin.Index(set, turn));
    }

    [Theory]
    [InlineData(5, 1, 1)]
    [InlineData(1, 1000)]
    [InlineData(3, 2, 7, 11, 13)]
    [InlineData(100, 50, 25)]
    public void WeightedRoundRobinGivesEachExactlyItsWeight(params int[] weights)
    {
        var set = Endpoints.Weighted(weights);
        var sum = weights.Sum();
        foreach (var start in new[] { 0, 17, int.MaxValue })
            Assert.Equal(weights,
                Endpoints.Counts(set, sum, turn => RoundRobin.Index(set, (uint)start / (uint)sum * (uint)sum + (uint)turn)));
    }

    [Fact]
    public void WeightedRoundRobinSpreadsTheTurnsOfOne()
    {
        var set = Endpoints.Weighted(5, 1, 1, 3);
        var longest = 0;
        var run = 0;
        for (var turn = 0u; turn < 100; turn++)
            longest = Math.Max(longest, run = RoundRobin.Index(set, turn) == 0 ? run + 1 : 0);
        Assert.InRange(longest, 1, 2);
    }

    [Fact]
    public void AWeightOfNothingTakesNothingUnlessThereIsNothingElse()
    {
        var set = Endpoints.Weighted(0, 1, 2);
        Assert.Equal(["10.0.0.1:8080", "10.0.0.2:8080"], set.Endpoints.ToArray().Select(load => load.Endpoint.DestinationId));
        Assert.Equal(3, Endpoints.Weighted(0, 0, 0).Endpoints.Length);
        Assert.InRange(LeastOfAll.IdleOrByDelay(Endpoints.Weighted(0, 0), 1), 0, 1);
    }

    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(1, 2, 3, 4)]
    public void RandomGivesSharesLikeWeights(params int[] weights)
    {
        var set = Endpoints.Weighted(weights);
        AssertShares(weights, Endpoints.Counts(set, Choices, _ => set.At(_random.NextInt64(set.TotalWeight))));
    }

    [Theory]
    [InlineData(1, 1, 1, 1, 1)]
    [InlineData(1, 2, 3, 4)]
    public void HashesGiveSharesOfKeysLikeWeights(params int[] weights)
    {
        var set = Endpoints.Weighted(weights);
        AssertShares(weights, Endpoints.Counts(set, Choices, _ => RendezvousHash.Best(set, (ulong)_random.NextInt64())));
    }

    [Fact]
    public void HashesOfNeighbouringKeysAreEven()
    {
        var set = Endpoints.Equal(5);
        AssertShares([1, 1, 1, 1, 1], Endpoints.Counts(set, Choices, key => RendezvousHash.Best(set, (ulong)key)));
    }

    [Fact]
    public void ASubsetIsTheSameForOneValueAndSharedEvenly()
    {
        var set = Endpoints.Equal(10);
        var counts = Endpoints.Counts(set, Choices, _ => RendezvousHash.OfSubset(set, 99, 3, _random.Next()));
        var members = counts.Where(count => count > 0).ToArray();
        Assert.Equal(3, members.Length);
        AssertShares([1, 1, 1], members);
        Assert.Contains(RendezvousHash.Best(set, 99), Enumerable.Range(0, 10).Where(i => counts[i] > 0));
        // Of many values each endpoint has its share.
        AssertShares([.. Enumerable.Repeat(1, 10)],
            Endpoints.Counts(set, Choices, key => RendezvousHash.OfSubset(set, (ulong)key, 3, _random.Next())));
        // More than there are is all of them.
        AssertShares([.. Enumerable.Repeat(1, 10)],
            Endpoints.Counts(set, Choices, _ => RendezvousHash.OfSubset(set, 99, 50, _random.Next())));
    }

    [Fact]
    public void LeastConnectionsFillsUpToEqualLoadForTheWeight()
    {
        var set = Endpoints.Weighted(1, 2, 3);
        var counts = Endpoints.Counts(set, 600, turn => Taken(set, LeastOfAll.ByRequests(set, (uint)turn)));
        Assert.Equal([100, 200, 300], counts);
        // The one that ends its requests gets the next ones.
        for (var i = 0; i < 10; i++)
            set.Endpoints[0].End(-1, 0);
        Assert.All(Enumerable.Range(0, 10), turn => Assert.Equal(0, Taken(set, LeastOfAll.ByRequests(set, (uint)turn))));
    }

    [Fact]
    public void LeastConnectionsOfIdleEndpointsIsEachOnesTurn()
    {
        var set = Endpoints.Equal(4);
        Assert.Equal([25, 25, 25, 25], Endpoints.Counts(set, 100, turn => LeastOfAll.ByRequests(set, (uint)turn)));
    }

    [Fact]
    public void ShortestExpectedDelayLeavesTheSlowOneIdle()
    {
        // As in the documentation of Linux virtual servers: (0 + 1) / 1 is more than (1 + 1) / 3.
        var set = Endpoints.Weighted(1, 3);
        Taken(set, 1);
        Assert.All(Enumerable.Range(0, 8), turn => Assert.Equal(1, LeastOfAll.ByDelay(set, (uint)turn)));
        Taken(set, 1);
        Taken(set, 1);
        Assert.All(Enumerable.Range(0, 8), turn => Assert.Equal(0, LeastOfAll.ByDelay(set, (uint)turn)));
    }

    [Fact]
    public void NeverQueueTakesTheIdleOneHoweverSlow()
    {
        var set = Endpoints.Weighted(1, 3);
        Taken(set, 1);
        Assert.All(Enumerable.Range(0, 8), turn => Assert.Equal(0, LeastOfAll.IdleOrByDelay(set, (uint)turn)));
        Taken(set, 0);
        // None is idle: as shortest expected delay, (1 + 1) / 3 against (1 + 1) / 1.
        Assert.All(Enumerable.Range(0, 8), turn => Assert.Equal(1, LeastOfAll.IdleOrByDelay(set, (uint)turn)));
    }

    [Fact]
    public void PowerOfTwoChoicesKeepsLoadsNearEachOther()
    {
        var set = Endpoints.Equal(50);
        var counts = Endpoints.Counts(set, 5_000, _ => Taken(set, LeastOfTwo.ByRequests(set, _random)));
        // By chance alone some would have 130 and more.
        Assert.All(counts, count => Assert.InRange(count, 95, 105));
    }

    [Fact]
    public void PowerOfTwoChoicesOfIdleEndpointsIsEven()
    {
        var set = Endpoints.Equal(4);
        AssertShares([1, 1, 1, 1], Endpoints.Counts(set, Choices, _ => LeastOfTwo.ByRequests(set, _random)));
    }

    [Fact]
    public void EwmaPrefersWhoAnswersFaster()
    {
        var set = Endpoints.Equal(4);
        var now = Stopwatch.GetTimestamp();
        foreach (var (load, milliseconds) in set.Endpoints.ToArray().Zip([10, 10, 10, 200]))
            Ended(load, milliseconds, now);
        var counts = Endpoints.Counts(set, Choices, _ => LeastOfTwo.ByTime(set, _random));
        // Whatever it is compared to is better, and each of the others wins half of what is left.
        Assert.Equal(0, counts[3]);
        AssertShares([1, 1, 1], counts[..3], tolerance: 0.5);
    }

    [Fact]
    public void EwmaLeavesAloneWhoHangs()
    {
        var set = Endpoints.Equal(2);
        var now = Stopwatch.GetTimestamp();
        Ended(set.Endpoints[0], 10, now);
        Ended(set.Endpoints[1], 10, now);
        for (var i = 0; i < 20; i++)
            set.Endpoints[1].Begin();
        Assert.Equal([Choices, 0], Endpoints.Counts(set, Choices, _ => LeastOfTwo.ByTime(set, _random)));
    }

    [Fact]
    public void EwmaGivesWhoNeverAnsweredOneRequestAndNotAll()
    {
        var set = Endpoints.Equal(2);
        Ended(set.Endpoints[0], 10, Stopwatch.GetTimestamp());
        Assert.Equal(1, Taken(set, LeastOfTwo.ByTime(set, _random)));
        Assert.Equal([Choices, 0], Endpoints.Counts(set, Choices, _ => LeastOfTwo.ByTime(set, _random)));
    }

    [Fact]
    public void AnAverageFollowsTimeAndNotTheNumberOfAnswers()
    {
        var second = Stopwatch.Frequency;
        var load = new EndpointLoad(Endpoints.Named("10.0.0.1:80"), 1);
        Assert.False(load.IsKnown);
        Ended(load, 100, second);
        Assert.Equal(0.1, load.Average(second), 6);
        // After the time of decay a second answer counts 1 - 1/e; without any, the average fades.
        Ended(load, 200, 11 * second);
        Assert.Equal((0.1 / Math.E) + (0.2 * (1 - (1 / Math.E))), load.Average(11 * second), 6);
        Assert.Equal(load.Average(11 * second) / Math.E, load.Average(21 * second), 6);
        // A failure says nothing of how fast it is.
        var before = load.Average(21 * second);
        load.Begin();
        load.End(-1, 21 * second);
        Assert.Equal(before, load.Average(21 * second), 9);
        Assert.Equal(0, load.Active);
    }

    [Fact]
    public void ANewEndpointBeginsAsTheOthersAre()
    {
        var old = new EndpointLoad(Endpoints.Named("10.0.0.1:80"), 1);
        Ended(old, 80, Stopwatch.GetTimestamp());
        var fresh = new EndpointLoad(Endpoints.Named("10.0.0.2:80"), 1);
        _ = new EndpointSet([old.Endpoint, fresh.Endpoint], endpoint => endpoint == old.Endpoint ? old : fresh);
        Assert.True(fresh.IsKnown);
        Assert.InRange(fresh.Average(Stopwatch.GetTimestamp()), 0.001, 0.08);
    }

    private static int Taken(EndpointSet set, int index)
    {
        set.Endpoints[index].Begin();
        return index;
    }

    private static void Ended(EndpointLoad load, int milliseconds, long now)
    {
        load.Begin();
        load.End(milliseconds * Stopwatch.Frequency / 1000, now);
    }

    private static void AssertShares(int[] weights, int[] counts, double tolerance = 0.05)
    {
        for (var i = 0; i < weights.Length; i++)
        {
            var expected = counts.Sum() * (double)weights[i] / weights.Sum();
            Assert.InRange(counts[i], expected * (1 - tolerance), expected * (1 + tolerance));
        }
    }
}
