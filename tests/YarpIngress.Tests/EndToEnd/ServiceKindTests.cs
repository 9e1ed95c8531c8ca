using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Tests.EndToEnd;

public sealed class ServiceKindTests(TestCluster cluster) : EndToEndTest(cluster)
{
    [Fact]
    public async Task A_missing_Service_answers_503_until_it_exists()
    {
        var host = Namespace.Host("missing");
        await Namespace.ApplyAsync<V1Ingress>("missing", Namespace.Ingress(host, ("Prefix", "/", "missing")));
        await Gateway.UntilAsync(host, "/", answer => answer.Code == 503);

        await Namespace.StartAppAsync("missing");
        await Gateway.UntilAsync(host, "/", answer => answer.Service == "missing");
    }

    [Fact]
    public async Task A_missing_port_answers_503_and_leaves_the_other_paths_alone()
    {
        await Namespace.StartAppAsync("app");
        var host = Namespace.Host("port");
        var ingress = Namespace.Ingress(host, ("Prefix", "/", "app"), ("Prefix", "/wrong", "app"));
        ingress["spec"]!["rules"]![0]!["http"]!["paths"]![1]!["backend"]!["service"]!["port"]!["number"] = 81;
        await Namespace.ApplyAsync<V1Ingress>("port", ingress);

        await Gateway.UntilAsync(host, "/", answer => answer.Code == 200);
        Assert.Equal(503, (await Gateway.GetAsync(host, "/wrong")).Code);
    }

    [Fact]
    public async Task Endpoints_written_by_hand_serve_a_Service_without_slices()
    {
        var pod = Namespace.StartPod("hand-0", "hand");
        await Namespace.CreateAsync(new V1Service
        {
            Metadata = new() { Name = "hand" },
            Spec = new() { Ports = [new() { Name = "http", Port = 80, Protocol = "TCP" }] },
        });
        await Namespace.CreateAsync(new V1Endpoints
        {
            Metadata = new() { Name = "hand" },
            Subsets = [new() { Addresses = [new() { Ip = pod.Address.ToString() }], Ports = [new() { Name = "http", Port = TestPod.Port, Protocol = "TCP" }] }],
        });
        var host = Namespace.Host("hand");
        await Namespace.ApplyAsync<V1Ingress>("hand", Namespace.Ingress(host, ("Prefix", "/", "hand")));

        await Gateway.UntilAsync(host, "/", answer => answer.Pod == "hand-0");
    }

    [Fact]
    public async Task An_ExternalName_Service_is_resolved()
    {
        // Elsewhere a name that leads back to the gateway's own machine is refused.
        Assert.SkipUnless(ClusterConfig.FromKubeconfig(Cluster.Kubeconfig).Server.IsLoopback, "needs a cluster on loopback addresses");
        await using var pod = Cluster.StartPodOnLocalhost(new(Namespace.Name, "outside-0", "outside"), out var port);
        await Namespace.CreateAsync(new V1Service
        {
            Metadata = new() { Name = "outside" },
            Spec = new()
            {
                Type = "ExternalName",
                ExternalName = "localhost",
                Ports = [new() { Name = "http", Port = port, Protocol = "TCP" }],
            },
        });
        var host = Namespace.Host("outside");
        var ingress = Namespace.Ingress(host, ("Prefix", "/", "outside"));
        ingress["spec"]!["rules"]![0]!["http"]!["paths"]![0]!["backend"]!["service"]!["port"]!["number"] = port;
        await Namespace.ApplyAsync<V1Ingress>("outside", ingress);

        await Gateway.UntilAsync(host, "/", answer => answer.Pod == "outside-0");
    }

    [Fact]
    public async Task Several_slices_of_a_Service_add_up()
    {
        var pods = await Namespace.StartAppAsync("app", replicas: 2);
        await Namespace.SetEndpointsAsync("app", pods[0]);
        var second = Namespace.EndpointSlice(
            "app", [new V1Endpoint { Addresses = [pods[1].Address.ToString()], Conditions = new() { Ready = true } }]);
        second.Metadata.Name = "app-second";
        await Namespace.CreateAsync(second);
        var host = Namespace.Host("slices");
        await Namespace.ApplyIngressAsync("slices", host, ("Prefix", "/", "app"));

        await Gateway.UntilAsync(host, "/", answer => answer.Pod == "app-0");
        await Gateway.UntilAsync(host, "/", answer => answer.Pod == "app-1");
    }
}
