using System.Text.Json.Nodes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Tests.EndToEnd;

namespace YarpIngress.Tests.Balancing;

/// <summary><c>load-balance</c>, <c>upstream-hash-by</c> and a Service's own affinity, as clients see them.</summary>
public sealed class LoadBalanceTests(TestCluster cluster) : EndToEndTest(cluster)
{
    private const string Own = "yarp.ingress.kubernetes.io/";

    private string Host => Namespace.Host("balanced");

    [Theory]
    [InlineData("round_robin", 20, 20)]
    [InlineData("weighted_round_robin", 20, 20)]
    [InlineData("least_conn", 10, 30)]
    [InlineData("least_connections", 10, 30)]
    [InlineData("shortest_expected_delay", 10, 30)]
    [InlineData("never_queue", 10, 30)]
    [InlineData("random", 4, 40)]
    [InlineData("power_of_two_choices", 4, 40)]
    public async Task Load_balance_gives_each_of_three_idle_pods_a_share_of_60(string algorithm, int least, int most)
    {
        await StartAsync((Own + "load-balance", algorithm));
        var shares = await SharesAsync(60);
        Assert.Equal(3, shares.Count);
        Assert.All(shares.Values, share => Assert.InRange(share, least, most));
    }

    [Fact]
    public async Task Load_balance_source_hash_keeps_a_client_with_a_pod_and_destination_hash_a_path()
    {
        await StartAsync((Own + "load-balance", "source_hash"));
        Assert.Single(await SharesAsync(20));
        await ApplyAsync((Own + "load-balance", "destination_hash"));
        await Wait.UntilAsync(
            async () =>
            {
                var seen = new HashSet<string?>();
                for (var path = 0; path < 30; path++)
                    seen.Add((await Gateway.GetAsync(Host, $"/{path}")).Pod);
                return seen.Count == 3;
            },
            "paths have pods");
        var pods = new HashSet<string>();
        for (var path = 0; path < 30; path++)
        {
            var pod = (await Gateway.GetAsync(Host, $"/{path}?a")).Pod!;
            pods.Add(pod);
            Assert.Equal(pod, (await Gateway.GetAsync(Host, $"/{path}?b")).Pod);
        }
        Assert.Equal(3, pods.Count);
    }

    [Fact]
    public async Task Load_balance_first_goes_elsewhere_only_when_the_first_pod_fails()
    {
        var pods = (await Namespace.StartAppAsync("web", replicas: 4)).OrderBy(pod => pod.Address.ToString(), StringComparer.Ordinal).ToList();
        await ApplyAsync((Own + "load-balance", "first"));
        Assert.Equal(pods[0].Name, Assert.Single(await SharesAsync(10)).Key);
        await pods[0].DisposeAsync();
        Assert.Equal(pods[1].Name, Assert.Single(await SharesAsync(10)).Key);
    }

    [Fact]
    public async Task Load_balance_ewma_serves_from_every_pod_that_is_as_fast()
    {
        await StartAsync(("load-balance", "ewma"));
        // Of three, two are looked at; the slowest of them all, by however little, may get nothing for a while.
        var shares = await SharesAsync(60);
        Assert.InRange(shares.Count, 2, 3);
    }

    [Theory]
    [InlineData("weighted_round_robin")]
    [InlineData("shortest_expected_delay")]
    public async Task Load_balance_weights_give_shares(string algorithm)
    {
        var pods = await Namespace.StartAppAsync("web", replicas: 3);
        await ApplyAsync(
            (Own + "load-balance", algorithm), (Own + "load-balance-weights", $"{pods[0].Address}=4,{pods[1].Address}=0,*=1"));
        var shares = await SharesAsync(50);
        Assert.DoesNotContain("web-1", shares.Keys);
        // With nothing in flight the heavy pod is always done soonest.
        Assert.InRange(shares["web-0"], 40, algorithm == "weighted_round_robin" ? 40 : 50);
    }

    [Fact]
    public async Task Upstream_hash_by_sends_equal_values_to_one_pod_and_moves_few_on_scaling()
    {
        var pods = await Namespace.StartAppAsync("web", replicas: 4);
        await Namespace.SetEndpointsAsync("web", pods[0], pods[1], pods[2]);
        await ApplyAsync(("upstream-hash-by", "$http_x_user"), ("load-balance", "ewma"));
        await Wait.UntilAsync(async () => !(await ByUserAsync()).ContainsValue("web-3"), "three pods");
        var before = await ByUserAsync();
        Assert.Equal(3, before.Values.Distinct().Count());
        Assert.Equal(before, await ByUserAsync());

        await Namespace.SetEndpointsAsync("web", [.. pods]);
        await Wait.UntilAsync(async () => (await ByUserAsync()).ContainsValue("web-3"), "the fourth pod serves");
        var after = await ByUserAsync();
        Assert.All(before.Keys, user => Assert.True(after[user] == before[user] || after[user] == "web-3"));
    }

    [Fact]
    public async Task Upstream_hash_by_subset_shares_equal_values_among_a_few_pods()
    {
        await Namespace.StartAppAsync("web", replicas: 6);
        await ApplyAsync(("upstream-hash-by", "$host"), ("upstream-hash-by-subset", "true"), ("upstream-hash-by-subset-size", "2"));
        Assert.Equal(2, (await SharesAsync(60)).Count);
        await ApplyAsync(("upstream-hash-by", "$host"), ("upstream-hash-by-subset", "true"));
        await Wait.UntilAsync(async () => (await SharesAsync(60)).Count == 3, "three pods by default");
    }

    [Fact]
    public async Task Session_affinity_ClientIP_of_the_Service_keeps_a_client_with_a_pod()
    {
        await StartAsync();
        Assert.Equal(3, (await SharesAsync(9)).Count);
        await Namespace.ApplyAsync<V1Service>("web", new() { ["spec"] = new JsonObject { ["sessionAffinity"] = "ClientIP" } });
        await Wait.UntilAsync(async () => (await SharesAsync(12)).Count == 1, "one pod serves");
        await Namespace.ApplyAsync<V1Service>("web", new() { ["spec"] = new JsonObject { ["sessionAffinity"] = "None" } });
        await Wait.UntilAsync(async () => (await SharesAsync(12)).Count == 3, "all pods serve");
    }

    private async Task StartAsync(params (string, string)[] annotations)
    {
        await Namespace.StartAppAsync("web", replicas: 3);
        await ApplyAsync(annotations);
    }

    private async Task ApplyAsync(params (string, string)[] annotations)
    {
        await Namespace.ApplyAsync("web", Host, [("Prefix", "/", "web")], annotations);
        await Gateway.UntilAsync(Host, "/", answer => answer.Code == 200);
    }

    private async Task<Dictionary<string, int>> SharesAsync(int requests)
    {
        var shares = new Dictionary<string, int>();
        for (var i = 0; i < requests; i++)
        {
            var pod = (await Gateway.GetAsync(Host)).Pod!;
            shares[pod] = shares.GetValueOrDefault(pod) + 1;
        }
        return shares;
    }

    private async Task<Dictionary<int, string>> ByUserAsync()
    {
        var pods = new Dictionary<int, string>();
        for (var user = 0; user < 60; user++)
            pods[user] = (await Gateway.GetAsync(Host, "/", ("X-User", $"user-{user}"))).Pod!;
        return pods;
    }
}
