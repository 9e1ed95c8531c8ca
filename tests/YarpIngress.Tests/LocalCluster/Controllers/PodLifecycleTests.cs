using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Controllers;
using YarpIngress.LocalCluster.Discovery;
using DeleteOptions = YarpIngress.LocalCluster.Api.DeleteOptions;

namespace YarpIngress.Tests.LocalCluster.Controllers;

public sealed class PodLifecycleTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private readonly TestNamespace _ns = fixture.NewNamespace();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pod_is_scheduled_and_runs()
    {
        _ns.Apply(TestNamespace.Pod("web"));
        await _ns.ReadyPodsAsync(1);
        var pod = _ns.Get(ResourceCatalog.Pods, "web");
        var status = pod.ObjectAt("status");
        Assert.Equal("local", pod.TextAt("spec", "nodeName"));
        Assert.Equal("Running", status.TextAt("phase"));
        Assert.True(fixture.Cluster.Addresses.Pods.Contains(System.Net.IPAddress.Parse(status.TextAt("podIP")!)));
        Assert.Equal(status.TextAt("podIP"), status.ItemsAt("podIPs").Single().TextAt("ip"));
        Assert.Equal(fixture.Cluster.Addresses.Node.ToString(), status.TextAt("hostIP"));
        Assert.NotNull(status.TimeAt("startTime"));
        Assert.All(["PodScheduled", "Initialized", "ContainersReady", "Ready"], type => Assert.True(Conditions.IsTrue(status, type), type));
        var container = status.ItemsAt("containerStatuses").Single();
        Assert.True(container.FlagAt("ready"));
        Assert.NotNull(container.At("state", "running", "startedAt"));
        Assert.Contains(_ns.List(ResourceCatalog.Events), value => value.ToJson().TextAt("reason") == "Scheduled");
    }

    [Fact]
    public async Task A_pod_answers_on_its_address()
    {
        _ns.Apply(TestNamespace.Pod("web") + TestNamespace.Service("shop", "ports: [{port: 80, targetPort: 9000}]", "web"));
        await _ns.EndpointsAsync("shop", 1);
        var ip = _ns.Pods().Single().PodIP;
        foreach (var port in new[] { 8080, 9000 })
        {
            var echo = await Http.GetAsync($"http://{ip}:{port}/x");
            Assert.Equal(("web", _ns.Name, "shop"), (echo.TextAt("pod"), echo.TextAt("namespace"), echo.TextAt("service")));
        }
    }

    [Fact]
    public async Task What_the_environment_says_of_Service_and_Ingress_is_answered()
    {
        _ns.Apply(TestNamespace.Pod("web", "containers: [{name: echo, image: echo:1, ports: [{containerPort: 3000}], env: [{name: SERVICE_NAME, value: s1}, {name: INGRESS_NAME, value: i1}]}]"));
        await _ns.ReadyPodsAsync(1);
        var echo = await Http.GetAsync($"http://{_ns.Pods().Single().PodIP}:3000/");
        Assert.Equal(("s1", "i1"), (echo.TextAt("service"), echo.TextAt("ingress")));
    }

    [Fact]
    public async Task Ports_named_https_speak_TLS()
    {
        _ns.Apply(TestNamespace.Pod("web", "containers: [{name: echo, image: echo:1, ports: [{name: https, containerPort: 8443}, {containerPort: 8080}]}]"));
        await _ns.ReadyPodsAsync(1);
        var ip = _ns.Pods().Single().PodIP;
        Assert.True((await Http.GetAsync($"https://{ip}:8443/")).FlagAt("tls"));
        Assert.False((await Http.GetAsync($"http://{ip}:8080/")).FlagAt("tls"));
    }

    [Fact]
    public async Task A_port_that_is_taken_keeps_the_pod_from_ready_until_it_is_free()
    {
        var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Any, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        _ns.Apply(TestNamespace.Pod("web", $$"""containers: [{name: echo, image: echo:1, ports: [{containerPort: {{port}}}]}]"""));
        await Wait.UntilAsync(() => Event("PortUnavailable") is not null, "an Event that names the port");
        Assert.Contains($"port {port} ", Event("PortUnavailable").TextAt("message"));
        Assert.False(_ns.Pods().Single().IsReady);
        await Wait.UntilAsync(
            () => _ns.Get(ResourceCatalog.Pods, "web").ItemsAt("status", "containerStatuses").SingleOrDefault()
                .TextAt("state", "waiting", "reason") == "PortUnavailable",
            "a container that waits");
        taken.Stop();
        await _ns.ReadyPodsAsync(1);
    }

    [Fact]
    public async Task Readiness_gates_decide()
    {
        _ns.Apply(
            TestNamespace.Pod("web", "readinessGates: [{conditionType: example.com/gate}]\ncontainers: [{name: echo, image: echo:1}]"));
        await Wait.UntilAsync(
            () => Conditions.IsTrue(_ns.Get(ResourceCatalog.Pods, "web").ObjectAt("status"), "ContainersReady"), "ready containers");
        Assert.False(_ns.Pods().Single().IsReady);
        SetCondition("web", "example.com/gate", "True");
        await _ns.ReadyPodsAsync(1);
        SetCondition("web", "example.com/gate", "False");
        await Wait.UntilAsync(() => !_ns.Pods().Single().IsReady, "an unready pod");
    }

    [Fact]
    public async Task A_status_that_somebody_else_wrote_stays()
    {
        _ns.Apply(TestNamespace.Pod("web") + TestNamespace.Service("web"));
        await _ns.EndpointsAsync("web", 1);
        SetCondition("web", "Ready", "False");
        await _ns.EndpointsAsync("web", 0);
        // Something that makes the kubelet look at the pod again.
        _ns.Apply(TestNamespace.Service("other", "ports: [{port: 80, targetPort: 9001}]", "web"));
        await Wait.UntilAsync(() => _ns.Slices("other").SelectMany(slice => slice.Endpoints ?? []).Any(), "the other Service's endpoint");
        Assert.False(_ns.Pods().Single().IsReady);
        SetCondition("web", "Ready", "True");
        await _ns.EndpointsAsync("web", 1);
    }

    [Fact]
    public async Task A_pod_of_another_node_belongs_to_whoever_made_it()
    {
        _ns.Apply(TestNamespace.Pod("far", "nodeName: elsewhere\ncontainers: [{name: echo, image: echo:1, ports: [{name: http, containerPort: 8080}]}]") + TestNamespace.Service("far"));
        _ns.ModifyStatus(ResourceCatalog.Pods, "far", pod =>
        {
            pod["status"]!["phase"] = "Running";
            pod["status"]!["podIP"] = "10.9.8.7";
            pod["status"]!["podIPs"] = new JsonArray(new JsonObject { ["ip"] = "10.9.8.7" });
            Conditions.Set(pod["status"]!.AsObject(), "Ready", "True", null, null, DateTimeOffset.UtcNow);
        });
        await _ns.EndpointsAsync("far", 1);
        Assert.Equal("10.9.8.7", _ns.ReadyEndpoints("far").Single().Addresses!.Single());
    }

    [Fact]
    public async Task A_deleted_pod_serves_on_while_its_endpoint_is_terminating()
    {
        _ns.Apply(TestNamespace.Pod("web", "terminationGracePeriodSeconds: 600\ncontainers: [{name: echo, image: echo:1, ports: [{name: http, containerPort: 8080}]}]") + TestNamespace.Service("web"));
        await _ns.EndpointsAsync("web", 1);
        var ip = _ns.Pods().Single().PodIP;
        _ns.Delete(ResourceCatalog.Pods, "web");
        await _ns.EndpointsAsync("web", 0);
        var endpoint = _ns.Slices("web").Single().Endpoints!.Single();
        Assert.Equal((false, true, true), (endpoint.Conditions!.Ready, endpoint.Conditions.Serving, endpoint.Conditions.Terminating));
        Assert.Equal("web", (await Http.GetAsync($"http://{ip}:8080/")).TextAt("pod"));
        // The Service's address leads to it as long as there is nothing better.
        var service = _ns.Get(ResourceCatalog.Services, "web").TextAt("spec", "clusterIP");
        await Wait.UntilAsync(() => Http.IsAnsweredAsync($"http://{service}:80/"), "an answer at the Service's address");
        Assert.Equal("web", (await Http.GetAsync($"http://{service}:80/")).TextAt("pod"));

        fixture.Cluster.Api.Delete(ResourceCatalog.Pods, _ns.Name, "web", DeleteOptions.Now);
        await Wait.UntilAsync(() => _ns.Slices("web").Single().Endpoints is null or { Count: 0 }, "no endpoint");
        await Wait.UntilAsync(() => Http.IsRefusedAsync($"http://{ip}:8080/"), "a refused connection");
    }

    [Fact]
    public async Task A_deleted_pod_finishes_its_requests()
    {
        _ns.Apply(TestNamespace.Pod("web", "terminationGracePeriodSeconds: 600\ncontainers: [{name: echo, image: echo:1, ports: [{containerPort: 8080}], lifecycle: {preStop: {sleep: {seconds: 0}}}}]"));
        await _ns.ReadyPodsAsync(1);
        var ip = _ns.Pods().Single().PodIP!;
        using var request = await OpenRequest.BeginAsync(System.Net.IPAddress.Parse(ip), 8080);
        _ns.Delete(ResourceCatalog.Pods, "web");
        await Wait.UntilAsync(() => Http.IsRefusedAsync($"http://{ip}:8080/"), "the end of its listening");
        await request.FinishAsync();
        await Wait.UntilAsync(() => _ns.Find(ResourceCatalog.Pods, "web") is null, "the pod's end");
    }

    [Fact]
    public async Task Finalizers_hold_a_pod_that_has_ended()
    {
        _ns.Apply(TestNamespace.Pod("web", "terminationGracePeriodSeconds: 1\ncontainers: [{name: echo, image: echo:1}]").Replace("labels:", "finalizers: [example.com/hold]\n  labels:"));
        await _ns.ReadyPodsAsync(1);
        _ns.Delete(ResourceCatalog.Pods, "web");
        await Wait.UntilAsync(
            () => _ns.Get(ResourceCatalog.Pods, "web").TextAt("status", "phase") == "Succeeded", "the end of its containers");
        _ns.Modify(ResourceCatalog.Pods, "web", pod => pod["metadata"]!.AsObject().Remove("finalizers"));
        await Wait.UntilAsync(() => _ns.Find(ResourceCatalog.Pods, "web") is null, "the pod's end");
    }

    [Fact]
    public async Task Two_hundred_pods_run_in_a_moment()
    {
        _ns.Apply(TestNamespace.Deployment("many", 200) + TestNamespace.Service("many"));
        await _ns.EndpointsAsync("many", 200);
        _ns.Delete(ResourceCatalog.Deployments, "many");
        await Wait.UntilAsync(() => _ns.List(ResourceCatalog.Pods).Count == 0, "the end of all pods");
    }

    [Fact]
    public async Task Pods_come_back_after_the_API_server_lost_everything()
    {
        await using var cluster = await YarpIngress.LocalCluster.LocalClusterHost.StartAsync(new(), Cancel);
        var before = new TestNamespace(cluster, "one");
        before.Apply(TestNamespace.Deployment("web", 1) + TestNamespace.Service("web"));
        await before.EndpointsAsync("web", 1);
        var ip = before.Pods().Single().PodIP;
        await cluster.ApiServer.RestartAsync(keepState: false, Cancel);
        await Wait.UntilAsync(() => Http.IsRefusedAsync($"http://{ip}:8080/"), "the end of the old pod");
        var after = new TestNamespace(cluster, "one");
        after.Apply(TestNamespace.Deployment("web", 1) + TestNamespace.Service("web"));
        await after.EndpointsAsync("web", 1);
        await Wait.UntilAsync(() => cluster.Api.Find(ResourceCatalog.Nodes, null, "local") is not null, "the node");
    }

    private JsonObject? Event(string reason) =>
        _ns.List(ResourceCatalog.Events).Select(value => value.ToJson()).FirstOrDefault(value => value.TextAt("reason") == reason);

    private void SetCondition(string pod, string type, string value) =>
        _ns.ModifyStatus(
            ResourceCatalog.Pods, pod, json => Conditions.Set(json["status"]!.AsObject(), type, value, null, null, DateTimeOffset.UtcNow));
}
