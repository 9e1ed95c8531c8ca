using YarpIngress.Pipeline.Balancing;

namespace YarpIngress.Tests.Balancing;

/// <summary>How many keys move when endpoints come and go.</summary>
public sealed class ConsistencyTests
{
    private const int Keys = 20_000;

    [Theory]
    [InlineData(2, 3)]
    [InlineData(10, 11)]
    [InlineData(10, 15)]
    [InlineData(50, 51)]
    public void OnlyTheShareOfNewEndpointsMoves(int before, int after)
    {
        var (old, grown) = (Owners(Endpoints.Equal(before)), Owners(Endpoints.Equal(after)));
        var moved = Enumerable.Range(0, Keys).Where(key => old[key] != grown[key]).ToList();
        // The least there can be is what the new ones need: (after - before) / after of all.
        Assert.InRange(moved.Count, 0, Keys * (after - before) / after * 1.1);
        var former = old.Distinct().ToHashSet();
        Assert.All(moved, key => Assert.DoesNotContain(grown[key], former));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(50)]
    public void OnlyTheKeysOfAnEndpointThatGoesMoveAndAllOthersShareThem(int count)
    {
        var whole = Endpoints.Equal(count);
        var gone = whole.Endpoints[count / 2].Endpoint.DestinationId;
        var rest = Set(whole.Source.Where(endpoint => endpoint.DestinationId != gone).Select(endpoint => (endpoint.DestinationId, 1)));
        var (before, after) = (Owners(whole), Owners(rest));
        var moved = Enumerable.Range(0, Keys).Where(key => before[key] != after[key]).ToList();
        Assert.All(moved, key => Assert.Equal(gone, before[key]));
        Assert.Equal(before.Count(owner => owner == gone), moved.Count);
        if (count <= 10)
            Assert.Equal(count - 1, moved.Select(key => after[key]).Distinct().Count());
    }

    [Fact]
    public void AnotherWeightMovesOnlyKeysOfTheEndpointThatHasIt()
    {
        var before = Owners(Set([("a:80", 1), ("b:80", 1), ("c:80", 1)]));
        var after = Owners(Set([("a:80", 1), ("b:80", 2), ("c:80", 1)]));
        Assert.All(Enumerable.Range(0, Keys).Where(key => before[key] != after[key]), key => Assert.Equal("b:80", after[key]));
    }

    [Fact]
    public void ASubsetLosesOneMemberAndKeepsTheOthers()
    {
        var whole = Endpoints.Equal(10);
        var less = Set(whole.Source.Skip(1).Select(endpoint => (endpoint.DestinationId, 1)));
        for (var key = 0ul; key < 500; key++)
        {
            var (before, after) = (Subset(whole, key), Subset(less, key));
            Assert.Subset(after, before.Where(id => id != whole.Endpoints[0].Endpoint.DestinationId).ToHashSet());
            Assert.Equal(3, after.Count);
        }
    }

    [Fact]
    public void TheOrderOfEndpointsDoesNotMatter()
    {
        var set = Endpoints.Equal(9);
        var turned = Set(set.Source.Reverse().Select(endpoint => (endpoint.DestinationId, 1)));
        Assert.Equal(Owners(set), Owners(turned));
    }

    private static EndpointSet Set(IEnumerable<(string Id, int Weight)> endpoints)
    {
        var weights = endpoints.ToDictionary(one => one.Id, one => one.Weight);
        return new EndpointSet(
            [.. weights.Keys.Select(Endpoints.Named)], endpoint => new EndpointLoad(endpoint, weights[endpoint.DestinationId]));
    }

    private static string[] Owners(EndpointSet set) =>
        [.. Enumerable.Range(0, Keys).Select(key => set.Endpoints[RendezvousHash.Best(set, (ulong)key)].Endpoint.DestinationId)];

    private static HashSet<string> Subset(EndpointSet set, ulong key) =>
        [.. Enumerable.Range(0, 3).Select(chance => set.Endpoints[RendezvousHash.OfSubset(set, key, 3, chance)].Endpoint.DestinationId)];
}
