using System.Net;
using YarpIngress.Pipeline.Balancing;
using YarpIngress.Tests.Proxy;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Variables;

namespace YarpIngress.Tests.Balancing;

/// <summary>Endpoints come and go while many requests are in flight: none fails, and none stays counted.</summary>
public sealed class ChurnTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Algorithms => [.. Enum.GetValues<BalancingAlgorithm>().Select(BalancingPolicy.Name), "hash", "subset"];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task NoRequestIsLostAndNoneIsCountedTwice(string algorithm)
    {
        await using var one = await Origin.StartAsync("one");
        await using var two = await Origin.StartAsync("two");
        await using var three = await Origin.StartAsync("three");
        await using var gateway = await Gateway.StartAsync();
        var key = new BackendKey("default", "web", "80", new BackendPolicy { Balancing = Policy(algorithm) });
        IPEndPoint[][] states =
        [
            [one.EndPoint, two.EndPoint, three.EndPoint], [two.EndPoint], [three.EndPoint, one.EndPoint], [one.EndPoint, two.EndPoint],
        ];
        Set(gateway, key, states[0]);
        gateway.SetHost("a.io", (PathMatch.Prefix, "/", key));
        using var client = Clients.To(gateway.HttpPort, HttpVersion.Version11);

        var clients = Enumerable.Range(0, 8).Select(async number =>
        {
            for (var i = 0; i < 150; i++)
                Assert.Contains(await client.GetStringAsync($"http://a.io/{number}/{i}", Ct), (string[])["one", "two", "three"]);
        }).ToArray();
        var all = Task.WhenAll(clients);
        for (var change = 1; !all.IsCompleted; change++)
        {
            Set(gateway, key, states[change % states.Length]);
            await Task.Yield();
        }
        await all;

        Set(gateway, key, states[0]);
        Assert.NotEmpty(await client.GetStringAsync("http://a.io/", Ct));
        var backend = gateway.DataPlane.Routes.Match("a.io", "/").Route!.Backend;
        // A client may have the whole answer a moment before the gateway is done with the request.
        await Wait.UntilAsync(
            () => backend.Cluster!.DestinationsState.AllDestinations.All(endpoint => backend.Balancer!.LoadOf(endpoint).Active == 0),
            "no request is counted any more");
    }

    [Theory]
    [InlineData(BalancingAlgorithm.Ewma, 1)]
    [InlineData(BalancingAlgorithm.LeastConnections, 1)]
    [InlineData(BalancingAlgorithm.NeverQueue, 1)]
    [InlineData(BalancingAlgorithm.ShortestExpectedDelay, 1)]
    [InlineData(BalancingAlgorithm.PowerOfTwoChoices, 1)]
    [InlineData(BalancingAlgorithm.RoundRobin, 20)]
    public async Task APodThatHangsIsLeftAloneByWhatCountsRequests(BalancingAlgorithm algorithm, int most)
    {
        var (released, hung) = (new TaskCompletionSource(), 0);
        var arrived = new SemaphoreSlim(0);
        await using var hangs = await Origin.StartAsync(async context =>
        {
            Interlocked.Increment(ref hung);
            arrived.Release();
            await released.Task.WaitAsync(context.RequestAborted);
        });
        await using var works = await Origin.StartAsync("works");
        await using var gateway = await Gateway.StartAsync();
        var key = new BackendKey("default", "web", "80", new BackendPolicy { Balancing = new() { Algorithm = algorithm } });
        Set(gateway, key, [hangs.EndPoint, works.EndPoint]);
        gateway.SetHost("a.io", (PathMatch.Prefix, "/", key));
        using var client = Clients.To(gateway.HttpPort, HttpVersion.Version11);

        var pending = new List<Task>();
        for (var i = 0; i < 40; i++)
        {
            var answer = client.GetStringAsync("http://a.io/", Ct);
            var stuck = arrived.WaitAsync(Ct);
            pending.Add(answer);
            if (await Task.WhenAny(answer, stuck) == answer)
                arrived.Release();
            await stuck;
        }
        Assert.InRange(hung, algorithm == BalancingAlgorithm.RoundRobin ? most : 0, most);
        released.SetResult();
        await Task.WhenAll(pending);
    }

    [Fact]
    public void AnEndpointHasOneLoadInHoweverManySets()
    {
        var sets = new EndpointSets([]);
        var (a, b) = (Endpoints.Named("10.0.0.1:80"), Endpoints.Named("10.0.0.2:80"));
        var both = sets.Of([a, b]);
        var alone = sets.Of([b], once: true);
        Assert.Same(both.Endpoints[1], alone.Endpoints[0]);
        Assert.Same(both.Endpoints[0], sets.LoadOf(a));
    }

    [Fact]
    public void ASetIsMadeOnceForAListAndNotForTheRestOfAFailedTry()
    {
        var sets = new EndpointSets([]);
        Yarp.ReverseProxy.Model.DestinationState[] list = [Endpoints.Named("10.0.0.1:80"), Endpoints.Named("10.0.0.2:80")];
        var made = sets.Of(list);
        _ = sets.Of([list[0]], once: true);
        Assert.Same(made, sets.Of(list));
    }

    [Fact]
    public void WeightsComeFromTheSmallestRangeThatHoldsTheAddress()
    {
        var sets = new EndpointSets(
        [
            Weight("10.0.0.0/8", 2), Weight("10.1.0.0/16", 3), Weight("10.1.2.3/32", 5), Weight("fd00::1/128", 7),
            Weight("0.0.0.0/0", 4), Weight("::/0", 4),
        ]);
        Assert.Equal(
            [2, 3, 5, 4, 7, 4],
            new[] { "10.9.9.9:80", "10.1.9.9:80", "10.1.2.3:80", "192.0.2.1:80", "[fd00::1]:80", "[fd00::2]:80" }
                .Select(id => sets.LoadOf(Endpoints.Named(id)).Weight));
        Assert.Equal(1, new EndpointSets([]).LoadOf(Endpoints.Named("name.example.com:80")).Weight);

        static EndpointWeight Weight(string range, int weight) => new(IPNetwork.Parse(range), weight);
    }

    private static BalancingPolicy Policy(string algorithm) => algorithm switch
    {
        "hash" => new() { HashBy = VariableText.Parse("$request_uri") },
        "subset" => new() { HashBy = VariableText.Parse("$request_uri"), HashSubset = 2 },
        _ => new()
        {
            Algorithm = Enum.GetValues<BalancingAlgorithm>().Single(one => BalancingPolicy.Name(one) == algorithm),
            Weights = [new EndpointWeight(IPNetwork.Parse("127.0.0.0/8"), 2)],
        },
    };

    private static void Set(Gateway gateway, BackendKey key, IPEndPoint[] endpoints) =>
        Assert.Empty(gateway.DataPlane.SetBackend(new Backend
        {
            Key = key,
            Protocol = BackendProtocol.Http,
            Balancing = key.Policy?.Balancing,
            Endpoints = endpoints.Select(endpoint => new Translation.Model.Endpoint(endpoint.Address.ToString(), endpoint.Port)).ToEquatableArray(),
        }));
}
