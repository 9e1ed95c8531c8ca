using System.Text.Json.Nodes;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Tests.Controller;

public sealed class StatusTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fixed_addresses_go_to_our_Ingresses_only_and_are_cleared_at_the_end()
    {
        await using var bed = await TestBed.StartAsync();
        await bed.ApplyIngressAsync("ours", "a.example", "web");
        await bed.ApplyIngressAsync("other", "b.example", "web", @class: "nginx");
        var controller = await bed.StartReadyControllerAsync(o => o with { PublishStatusAddresses = ["lb.example", "10.1.2.3"] });

        await Wait.UntilAsync(async () => await bed.StatusAsync("ours") == "10.1.2.3,lb.example", "status");
        await bed.ApplyIngressAsync("late", "c.example", "web");
        await Wait.UntilAsync(async () => await bed.StatusAsync("late") == "10.1.2.3,lb.example", "status of a new Ingress");
        Assert.Equal("", await bed.StatusAsync("other"));

        await controller.DisposeAsync();
        Assert.Equal(("", ""), (await bed.StatusAsync("ours"), await bed.StatusAsync("late")));
    }

    [Fact]
    public async Task The_publish_Service_is_followed_live()
    {
        await using var bed = await TestBed.StartAsync();
        await bed.ApplyAsync("""
            apiVersion: v1
            kind: Service
            metadata: {name: front, namespace: default}
            spec: {type: LoadBalancer, ports: [{port: 80}]}
            """);
        await bed.ApplyIngressAsync("web", "a.example", "web");
        await bed.StartReadyControllerAsync(o => o with { PublishService = new("default", "front"), UpdateStatusOnShutdown = false });

        await PublishAsync(bed, new JsonObject { ["ip"] = "10.9.9.9" });
        await Wait.UntilAsync(async () => await bed.StatusAsync("web") == "10.9.9.9", "first address");
        await PublishAsync(bed, new JsonObject { ["hostname"] = "lb.example" });
        await Wait.UntilAsync(async () => await bed.StatusAsync("web") == "lb.example", "second address");
    }

    [Fact]
    public async Task Another_replica_takes_over_when_the_leader_stops()
    {
        await using var bed = await TestBed.StartAsync();
        await bed.ApplyIngressAsync("web", "a.example", "web");
        var first = await bed.StartReadyControllerAsync(o => o with { PublishStatusAddresses = ["10.0.0.1"] });
        await Wait.UntilAsync(async () => await bed.StatusAsync("web") == "10.0.0.1", "status by the first");
        await bed.StartReadyControllerAsync(o => o with { PublishStatusAddresses = ["10.0.0.2"] });
        Assert.Equal("controller-0", (await LeaseAsync(bed)).Spec?.HolderIdentity);

        await first.DisposeAsync();
        await Wait.UntilAsync(async () => await bed.StatusAsync("web") == "10.0.0.2", "status by the second");
        Assert.Equal("controller-1", (await LeaseAsync(bed)).Spec?.HolderIdentity);
    }

    [Fact]
    public async Task A_leader_that_drains_gives_way_at_once_and_clears_nothing_of_its_successor()
    {
        await using var bed = await TestBed.StartAsync();
        await bed.ApplyIngressAsync("web", "a.example", "web");
        var first = await bed.StartReadyControllerAsync(
            o => o with { PublishStatusAddresses = ["10.0.0.1"], ShutdownGracePeriod = TimeSpan.FromHours(1) });
        await Wait.UntilAsync(async () => await bed.StatusAsync("web") == "10.0.0.1", "status by the first");
        await bed.StartReadyControllerAsync(o => o with { PublishStatusAddresses = ["10.0.0.2"] });

        using var hurry = new CancellationTokenSource();
        var stopped = first.StopAsync(hurry.Token);
        await Wait.UntilAsync(async () => await bed.StatusAsync("web") == "10.0.0.2", "status by the second");
        Assert.False(stopped.IsCompleted);
        await hurry.CancelAsync();
        await stopped.WaitAsync(TimeSpan.FromSeconds(30), Ct);
        Assert.Equal("10.0.0.2", await bed.StatusAsync("web"));
    }

    [Fact]
    public async Task Who_has_published_nothing_takes_no_address_of_others_out()
    {
        await using var bed = await TestBed.StartAsync();
        await bed.ApplyIngressAsync("web", "a.example", "web");
        await bed.StartReadyControllerAsync(o => o with { PublishStatusAddresses = ["10.0.0.1"] });
        await Wait.UntilAsync(async () => await bed.StatusAsync("web") == "10.0.0.1", "status by the first");
        var second = await bed.StartReadyControllerAsync(o => o with { DisableLeaderElection = true });
        await second.DisposeAsync();
        Assert.Equal("10.0.0.1", await bed.StatusAsync("web"));
    }

    [Theory]
    [InlineData("type: NodePort, ports: [{port: 80}], externalIPs: [192.0.2.7]", "192.0.2.7")]
    [InlineData("type: ExternalName, externalName: lb.example", "lb.example")]
    // Nobody may read the pod that it says it is.
    [InlineData("type: NodePort, clusterIP: 127.96.7.8, ports: [{port: 80}]", "127.96.7.8")]
    [InlineData("type: ClusterIP, clusterIP: 127.96.7.7, ports: [{port: 80}]", "127.96.7.7")]
    [InlineData("type: LoadBalancer, ports: [{port: 80}], externalIPs: [192.0.2.8]", "192.0.2.8")]
    public async Task The_publish_Service_of_any_type_is_published(string spec, string expected)
    {
        await using var bed = await TestBed.StartAsync();
        await bed.ApplyAsync($$"""
            apiVersion: v1
            kind: Service
            metadata: {name: front, namespace: default}
            spec: { {{spec}} }
            """);
        await bed.ApplyIngressAsync("web", "a.example", "web");
        var controller = await bed.StartReadyControllerAsync(o => o with { PublishService = new("default", "front") });
        await Wait.UntilAsync(async () => await bed.StatusAsync("web") == expected, "status");
        // The last replica takes it back.
        await controller.DisposeAsync();
        Assert.Equal("", await bed.StatusAsync("web"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nodes_of_the_replicas_are_published_without_any_flag_and_for_a_node_port(bool nodePort)
    {
        await using var bed = await TestBed.StartAsync();
        await bed.ApplyAsync("""
            apiVersion: v1
            kind: Service
            metadata: {name: front, namespace: default}
            spec: {type: NodePort, ports: [{port: 80}]}
            """);
        await bed.ApplyAsync("""
            apiVersion: v1
            kind: Node
            metadata: {name: node-a}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: controller-0, namespace: default, labels: {app: ingress, pod-template-hash: abc}}
            spec: {nodeName: node-a, containers: [{name: c, image: i}]}
            """);
        await bed.Api.PatchAsync<V1Node>(null, "node-a", Patch.Merge(JsonNode.Parse(
            """{"status":{"addresses":[{"type":"InternalIP","address":"10.0.0.5"},{"type":"ExternalIP","address":"192.0.2.5"}]}}""")!), Ct, "status");
        await bed.Api.PatchAsync<V1Pod>("default", "controller-0", Patch.Merge(JsonNode.Parse(
            """{"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}}""")!), Ct, "status");
        await bed.ApplyIngressAsync("web", "a.example", "web");
        await bed.StartReadyControllerAsync(o => nodePort ? o with { PublishService = new("default", "front") } : o);
        await Wait.UntilAsync(async () => await bed.StatusAsync("web") == "192.0.2.5", "address of the node");
    }

    private static Task PublishAsync(TestBed bed, JsonObject address) => bed.Api.PatchAsync<V1Service>(
        "default",
        "front",
        Patch.Merge(
            new JsonObject { ["status"] = new JsonObject { ["loadBalancer"] = new JsonObject { ["ingress"] = new JsonArray(address) } } }),
        Ct,
        "status");

    private static Task<V1Lease> LeaseAsync(TestBed bed) => bed.Api.GetAsync<V1Lease>("default", "yarp-ingress-leader", Ct);
}
