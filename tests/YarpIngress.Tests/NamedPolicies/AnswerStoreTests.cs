using YarpIngress.Pipeline.OutputCache;
using YarpIngress.Tests.Limits;
using YarpIngress.Translation.Model;

namespace YarpIngress.Tests.NamedPolicies;

/// <summary>The memory of <c>output-cache-policy</c> under a clock that the tests move.</summary>
public sealed class AnswerStoreTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void Memory_is_bounded_by_route_and_in_all_and_goes_back()
    {
        using var store = new AnswerStore(_clock, mostBytes: 1_000_000);
        var routes = Enumerable.Range(0, 8).Select(_ => new KeptAnswers(new OutputCachePolicy { Name = "a" }, store)).ToList();
        for (var i = 0; i < 1_000; i++)
            Keep(routes[0], $"{i}", 1_000);
        Assert.InRange(store.Bytes, 200_000, 250_000);
        Assert.Null(store.Find(routes[0], "0"));
        Assert.NotNull(store.Find(routes[0], "999"));
        foreach (var route in routes)
            for (var i = 0; i < 1_000; i++)
                Keep(route, $"{i}", 1_000);
        Assert.InRange(store.Bytes, 900_000, 1_000_000);
        Assert.Null(store.Find(routes[0], "999"));
        // One that is too large takes nobody's place.
        Keep(routes[1], "large", 300_000);
        Assert.Null(store.Find(routes[1], "large"));
        foreach (var route in routes)
            route.Close();
        Assert.Equal(0, store.Bytes);
        Keep(routes[0], "late", 10);
        Assert.Equal(0, store.Bytes);
    }

    [Fact]
    public void Answers_expire_and_their_memory_goes_back_though_nobody_asks()
    {
        using var store = new AnswerStore(_clock, mostBytes: 1_000_000);
        var route = new KeptAnswers(new OutputCachePolicy { Name = "a" }, store);
        Keep(route, "a", 10);
        Keep(route, "b", 10);
        _clock.Advance(59_999);
        var answer = store.Find(route, "a");
        Assert.NotNull(answer);
        Assert.Equal(62, (int)store.AgeOf(answer).TotalSeconds);
        _clock.Advance(1);
        Assert.Null(store.Find(route, "a"));
        Assert.NotEqual(0, store.Bytes);
        _clock.Fire();
        Assert.Equal(0, store.Bytes);
    }

    [Fact]
    public void Who_asks_first_fetches_and_what_comes_of_it_is_settled_once()
    {
        using var store = new AnswerStore(_clock, mostBytes: 1_000_000);
        var route = new KeptAnswers(new OutputCachePolicy { Name = "a" }, store);
        var first = store.FindOrFetch(route, "a");
        Assert.True(first is { IsOwn: true, Kept: null });
        var second = store.FindOrFetch(route, "a");
        Assert.False(second.IsOwn);
        Assert.Same(first.Coming, second.Coming);
        Assert.True(store.FindOrFetch(route, "b").IsOwn);
        // Who has waited long enough hands the key to the next; what the first one gets later is still for those who wait.
        store.GiveUp(route, "a", first.Coming!);
        var third = store.FindOrFetch(route, "a");
        Assert.True(third.IsOwn);
        store.Settle(route, "a", first.Coming!, null, isAbandoned: true);
        store.Settle(route, "a", first.Coming!, null);
        Assert.True(first.Coming!.Settled.IsCompletedSuccessfully && first.Coming.IsAbandoned);
        Assert.Same(third.Coming, store.FindOrFetch(route, "a").Coming);
        store.Settle(route, "a", third.Coming!, null);
        Assert.False(third.Coming!.IsAbandoned);
        Assert.True(store.FindOrFetch(route, "a").IsOwn);
    }

    private void Keep(KeptAnswers route, string key, int length) => route.Store.Keep(new KeptAnswer
    {
        Key = key,
        Headers = [],
        Server = null,
        Body = new byte[length],
        KeptAt = _clock.GetTimestamp(),
        AgeAtFirst = TimeSpan.FromSeconds(3),
        Lifetime = TimeSpan.FromMinutes(1),
        Owner = route,
    });
}
