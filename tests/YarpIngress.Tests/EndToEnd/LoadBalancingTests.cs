using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Tests.EndToEnd;

/// <summary>The scenario of the public conformance feature "load balancing", and what endpoints do to it.</summary>
public sealed class LoadBalancingTests(TestCluster cluster) : EndToEndTest(cluster)
{
    [Fact]
    public async Task Ten_pods_all_get_their_share()
    {
        await Namespace.StartAppAsync("ten", replicas: 10);
        var host = Namespace.Host("ten");
        await Namespace.ApplyIngressAsync("ten", host, ("Prefix", "/", "ten"));

        var shares = new Dictionary<string, int>();
        for (var request = 0; request < 100; request++)
        {
            var answer = await Gateway.GetAsync(host);
            Assert.Equal(200, answer.Code);
            shares[answer.Pod!] = shares.GetValueOrDefault(answer.Pod!) + 1;
        }

        Assert.Equal(10, shares.Count);
        Assert.All(shares.Values, share => Assert.Equal(10, share));
    }

    [Fact]
    public async Task Endpoints_come_and_go()
    {
        var pods = await Namespace.StartAppAsync("app", replicas: 3);
        var host = Namespace.Host("scale");
        await Namespace.ApplyIngressAsync("app", host, ("Prefix", "/", "app"));

        await Namespace.SetEndpointsAsync("app", pods[1]);
        await Wait.UntilAsync(async () => (await PodsSeenAsync(host)).SetEquals(["app-1"]), "only the second pod answers");

        await Namespace.SetEndpointsAsync("app");
        await Gateway.UntilAsync(host, "/", answer => answer.Code == 503);

        await Namespace.SetEndpointsAsync("app", [.. pods]);
        await Wait.UntilAsync(async () => (await PodsSeenAsync(host)).Count == 3, "all three answer");
    }

    [Fact]
    public async Task An_unready_endpoint_gets_nothing_and_a_terminating_one_only_when_nothing_else_is_left()
    {
        var pods = await Namespace.StartAppAsync("app", replicas: 3);
        var host = Namespace.Host("states");
        await Namespace.ApplyIngressAsync("app", host, ("Prefix", "/", "app"));

        await SetConditionsAsync(Ready(pods[0]), Unready(pods[1]), Terminating(pods[2]));
        await Wait.UntilAsync(async () => (await PodsSeenAsync(host)).SetEquals(["app-0"]), "the ready one alone");

        await SetConditionsAsync(Unready(pods[0]), Unready(pods[1]), Terminating(pods[2]));
        await Wait.UntilAsync(async () => (await PodsSeenAsync(host)).SetEquals(["app-2"]), "the terminating one alone");

        await SetConditionsAsync(Unready(pods[0]), Unready(pods[1]));
        await Gateway.UntilAsync(host, "/", answer => answer.Code == 503);
    }

    [Fact]
    public async Task A_pod_that_refuses_connections_costs_no_request()
    {
        var pods = await Namespace.StartAppAsync("app", replicas: 2);
        var host = Namespace.Host("dead");
        await Namespace.ApplyIngressAsync("app", host, ("Prefix", "/", "app"));

        await pods[0].DisposeAsync();
        for (var request = 0; request < 20; request++)
            Assert.Equal("app-1", (await Gateway.GetAsync(host)).Pod);
    }

    private Task SetConditionsAsync(params V1Endpoint[] endpoints) =>
        Cluster.Api.ReplaceAsync(Namespace.EndpointSlice("app", endpoints), TestContext.Current.CancellationToken);

    private static V1Endpoint Ready(TestPod pod) => Endpoint(pod, new() { Ready = true, Serving = true, Terminating = false });

    private static V1Endpoint Unready(TestPod pod) => Endpoint(pod, new() { Ready = false, Serving = false, Terminating = false });

    private static V1Endpoint Terminating(TestPod pod) => Endpoint(pod, new() { Ready = false, Serving = true, Terminating = true });

    private static V1Endpoint Endpoint(TestPod pod, V1EndpointConditions conditions) =>
        new() { Addresses = [pod.Address.ToString()], Conditions = conditions };

    private async Task<HashSet<string>> PodsSeenAsync(string host)
    {
        var seen = new HashSet<string>();
        for (var request = 0; request < 6; request++)
            seen.Add((await Gateway.GetAsync(host)).Pod ?? "none");
        return seen;
    }
}
