using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Controllers;
using YarpIngress.LocalCluster.Discovery;

namespace YarpIngress.Tests.LocalCluster.Controllers;

public sealed class EndpointSliceTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private readonly TestNamespace _ns = fixture.NewNamespace();

    [Fact]
    public async Task Traffic_that_wants_to_stay_close_is_hinted_by_the_zone_of_the_node()
    {
        const string zone = "topology.kubernetes.io/zone";
        _ns.Apply(TestNamespace.Deployment("web", 1) + TestNamespace.Service("web"));
        await _ns.EndpointsAsync("web", 1);
        Assert.Null(_ns.ReadyEndpoints("web").Single().Zone);
        try
        {
            _ns.Api.Modify(ResourceCatalog.Nodes, null, "local", node => node["metadata"]!["labels"]![zone] = "west");
            await Wait.UntilAsync(() => _ns.ReadyEndpoints("web") is [{ Zone: "west", Hints: null }], "the zone of the node");
            _ns.Modify(ResourceCatalog.Services, "web", service => service["spec"]!["trafficDistribution"] = "PreferClose");
            await Wait.UntilAsync(
                () => _ns.ReadyEndpoints("web") is [{ Hints.ForZones: [{ Name: "west" }] }], "a hint for the zone");
        }
        finally
        {
            _ns.Api.Modify(ResourceCatalog.Nodes, null, "local", node => node["metadata"]!["labels"]!.AsObject().Remove(zone));
        }

        await Wait.UntilAsync(() => _ns.ReadyEndpoints("web") is [{ Zone: null, Hints: null }], "no zone");
    }

    [Fact]
    public async Task A_Service_has_a_slice_of_its_ready_pods()
    {
        _ns.Apply(TestNamespace.Deployment("web", 2) + """
            apiVersion: v1
            kind: Service
            metadata: {name: web, labels: {team: shop}}
            spec:
              selector: {app: web}
              ports: [{name: http, port: 80, targetPort: http, appProtocol: kubernetes.io/h2c}]
            """);
        await _ns.EndpointsAsync("web", 2);
        var stored = Assert.Single(_ns.List(ResourceCatalog.EndpointSlices));
        var slice = stored.ToJson();
        Assert.StartsWith("web-", stored.Name);
        Assert.Equal("web-", slice.TextAt("metadata", "generateName"));
        Assert.Equal("endpointslice-controller.k8s.io", stored.Labels["endpointslice.kubernetes.io/managed-by"]);
        Assert.Equal("web", stored.Labels["kubernetes.io/service-name"]);
        Assert.Equal("shop", stored.Labels["team"]);
        var owner = OwnerReference.ControllerOf(slice);
        Assert.Equal("Service", owner.TextAt("kind"));
        Assert.Equal(_ns.Find(ResourceCatalog.Services, "web")!.Uid, owner.TextAt("uid"));
        var port = slice.ItemsAt("ports").Single();
        Assert.Equal(
            ("http", 8080, "TCP", "kubernetes.io/h2c"),
            (port.TextAt("name"), port.NumberAt("port"), port.TextAt("protocol"), port.TextAt("appProtocol")));
        foreach (var endpoint in slice.ItemsAt("endpoints"))
        {
            var pod = _ns.Pods().Single(pod => pod.PodIP == endpoint["addresses"]![0]!.ToString());
            Assert.Equal(
                (pod.Key.Name, pod.Uid, "Pod"),
                (endpoint.TextAt("targetRef", "name"), endpoint.TextAt("targetRef", "uid"), endpoint.TextAt("targetRef", "kind")));
            Assert.Equal("local", endpoint.TextAt("nodeName"));
            Assert.Equal("""{"ready":true,"serving":true,"terminating":false}""", endpoint["conditions"]!.ToJsonString());
        }
    }

    [Fact]
    public async Task The_older_Endpoints_are_kept_as_well()
    {
        _ns.Apply(TestNamespace.Deployment("web", 2) + TestNamespace.Service("web"));
        await _ns.EndpointsAsync("web", 2);
        await Wait.UntilAsync(() => _ns.Find(ResourceCatalog.Endpoints, "web")?.ToJson().ItemsAt("subsets").SelectMany(subset => subset.ItemsAt("addresses")).Count() == 2, "two addresses");
        var subset = _ns.Get(ResourceCatalog.Endpoints, "web").ItemsAt("subsets").Single();
        Assert.Equal(8080, subset.ItemsAt("ports").Single().NumberAt("port"));
        Assert.DoesNotContain(
            _ns.List(ResourceCatalog.EndpointSlices),
            slice => slice.Labels["endpointslice.kubernetes.io/managed-by"].StartsWith("endpointslicemirroring", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pods_whose_named_port_differs_are_in_different_slices()
    {
        _ns.Apply(
            TestNamespace.Pod("a", "containers: [{name: echo, image: echo:1, ports: [{name: http, containerPort: 8081}]}]", "web")
            + TestNamespace.Pod("b", "containers: [{name: echo, image: echo:1, ports: [{name: http, containerPort: 8082}]}]", "web")
            + TestNamespace.Service("web"));
        await _ns.EndpointsAsync("web", 2);
        Assert.Equal([8081, 8082], _ns.Slices("web").Select(slice => slice.Ports!.Single().Port).Order());
    }

    [Fact]
    public async Task A_slice_holds_no_more_than_100_endpoints()
    {
        _ns.Apply(TestNamespace.Deployment("web", 120) + TestNamespace.Service("web"));
        await _ns.EndpointsAsync("web", 120);
        Assert.Equal(
            120, _ns.Slices("web").SelectMany(slice => slice.Endpoints!).Select(endpoint => endpoint.Addresses![0]).Distinct().Count());
        Assert.All(_ns.Slices("web"), slice => Assert.InRange(slice.Endpoints!.Count, 1, 100));
        _ns.Modify(ResourceCatalog.Deployments, "web", deployment => deployment["spec"]!["replicas"] = 3);
        await Wait.UntilAsync(() => _ns.Slices("web").Sum(slice => slice.Endpoints?.Count ?? 0) == 3, "three endpoints");
    }

    [Fact]
    public async Task A_headless_Service_names_its_pods()
    {
        _ns.Apply(
            TestNamespace.Pod(
                "a", "hostname: db-0\nsubdomain: db\ncontainers: [{name: echo, image: echo:1, ports: [{containerPort: 8080}]}]", "db")
            + TestNamespace.Service("db", "clusterIP: None\nports: [{port: 8080}]"));
        await _ns.EndpointsAsync("db", 1);
        var slice = _ns.Slices("db").Single();
        Assert.Equal("db-0", slice.Endpoints!.Single().Hostname);
        Assert.Equal("", slice.Metadata.Labels!["service.kubernetes.io/headless"]);
    }

    [Fact]
    public async Task Unready_pods_are_listed_as_such_and_published_when_asked_for()
    {
        _ns.Apply(TestNamespace.Pod("a", "readinessGates: [{conditionType: example.com/gate}]\ncontainers: [{name: echo, image: echo:1, ports: [{name: http, containerPort: 8080}]}]", "web")
            + TestNamespace.Service("web"));
        await Wait.UntilAsync(() => _ns.Slices("web").SelectMany(slice => slice.Endpoints ?? []).Any(), "an endpoint");
        Assert.Equal((false, false, false), ConditionsOf("web"));
        _ns.Modify(ResourceCatalog.Services, "web", service => service["spec"]!["publishNotReadyAddresses"] = true);
        await _ns.EndpointsAsync("web", 1);
        Assert.Equal((true, false, false), ConditionsOf("web"));
    }

    [Fact]
    public async Task Without_a_selector_there_is_no_slice()
    {
        _ns.Apply("""
            apiVersion: v1
            kind: Service
            metadata: {name: outside}
            spec: {ports: [{port: 80}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: elsewhere}
            spec: {type: ExternalName, externalName: example.com}
            ---

            """ + TestNamespace.Service("web"));
        await Wait.UntilAsync(() => _ns.Slices("web").Count == 1, "the slice of another Service");
        Assert.Empty(_ns.Slices("outside"));
        Assert.Empty(_ns.Slices("elsewhere"));
    }

    [Fact]
    public async Task Slices_of_outside_tools_are_left_alone()
    {
        _ns.Apply("""
            apiVersion: v1
            kind: Service
            metadata: {name: outside}
            spec: {ports: [{port: 80}]}
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: by-hand, labels: {kubernetes.io/service-name: outside}}
            addressType: IPv4
            endpoints: [{addresses: [10.1.2.3]}]
            ports: [{name: "", port: 8080}]
            ---

            """ + TestNamespace.Service("web"));
        await Wait.UntilAsync(() => _ns.Slices("web").Count == 1, "the slice of another Service");
        Assert.Equal("10.1.2.3", _ns.Slices("outside").Single().Endpoints!.Single().Addresses!.Single());
    }

    [Fact]
    public async Task A_slice_that_is_deleted_or_changed_comes_back()
    {
        _ns.Apply(TestNamespace.Deployment("web", 1) + TestNamespace.Service("web"));
        await _ns.EndpointsAsync("web", 1);
        var first = _ns.Slices("web").Single().Metadata.Name!;
        _ns.Delete(ResourceCatalog.EndpointSlices, first);
        await Wait.UntilAsync(
            () => _ns.ReadyEndpoints("web").Count == 1 && _ns.Slices("web").Single().Metadata.Name != first, "another slice");
        _ns.Modify(
            ResourceCatalog.EndpointSlices, _ns.Slices("web").Single().Metadata.Name!, slice => slice["endpoints"] = new JsonArray());
        await _ns.EndpointsAsync("web", 1);
    }

    [Fact]
    public async Task Slices_and_Endpoints_go_with_the_Service()
    {
        _ns.Apply(TestNamespace.Deployment("web", 1) + TestNamespace.Service("web"));
        await _ns.EndpointsAsync("web", 1);
        _ns.Delete(ResourceCatalog.Services, "web");
        await Wait.UntilAsync(() => _ns.Slices("web").Count == 0 && _ns.Find(ResourceCatalog.Endpoints, "web") is null, "no endpoints");
    }

    [Fact]
    public async Task A_Service_that_changes_its_selector_changes_its_endpoints()
    {
        _ns.Apply(TestNamespace.Deployment("blue", 1) + TestNamespace.Deployment("green", 2) + TestNamespace.Service("blue"));
        await _ns.EndpointsAsync("blue", 1);
        _ns.Modify(ResourceCatalog.Services, "blue", service => service["spec"]!["selector"]!["app"] = "green");
        await _ns.EndpointsAsync("blue", 2);
    }

    [Fact]
    public async Task Endpoints_written_by_hand_are_mirrored()
    {
        _ns.Apply("""
            apiVersion: v1
            kind: Service
            metadata: {name: outside}
            spec: {ports: [{name: http, port: 80}]}
            ---
            apiVersion: v1
            kind: Endpoints
            metadata: {name: outside, labels: {team: shop}}
            subsets:
            - addresses: [{ip: 10.1.2.3, hostname: one}]
              notReadyAddresses: [{ip: 10.1.2.4}]
              ports: [{name: http, port: 8080}]
            """);
        await Wait.UntilAsync(
            () => _ns.Slices("outside").SelectMany(slice => slice.Endpoints ?? []).Count() == 2, "two mirrored endpoints");
        var slice = _ns.Slices("outside").Single();
        Assert.Equal("endpointslicemirroring-controller.k8s.io", slice.Metadata.Labels!["endpointslice.kubernetes.io/managed-by"]);
        Assert.Equal("shop", slice.Metadata.Labels["team"]);
        Assert.Equal(("http", 8080), (slice.Ports!.Single().Name, slice.Ports!.Single().Port));
        Assert.Equal(
            [("10.1.2.3", true), ("10.1.2.4", false)],
            slice.Endpoints!.Select(endpoint => (endpoint.Addresses![0], endpoint.Conditions!.Ready!.Value)).Order());

        _ns.Modify(
            ResourceCatalog.Endpoints, "outside",
            endpoints => endpoints["subsets"]![0]!["addresses"]!.AsArray().Add((JsonNode)new JsonObject { ["ip"] = "10.1.2.5" }));
        await _ns.EndpointsAsync("outside", 2);
        _ns.Delete(ResourceCatalog.Endpoints, "outside");
        await Wait.UntilAsync(() => _ns.Slices("outside").Count == 0, "no mirrored slice");
    }

    [Fact]
    public async Task Endpoints_that_come_before_their_Service_wait_for_it()
    {
        _ns.Apply("""
            apiVersion: v1
            kind: Endpoints
            metadata: {name: late}
            subsets: [{addresses: [{ip: 10.1.2.3}], ports: [{port: 8080}]}]
            ---

            """ + TestNamespace.Service("web"));
        await Wait.UntilAsync(() => _ns.Slices("web").Count == 1, "the slice of another Service");
        _ns.Apply("{apiVersion: v1, kind: Service, metadata: {name: late}, spec: {ports: [{port: 80}]}}");
        await _ns.EndpointsAsync("late", 1);
    }

    private (bool?, bool?, bool?) ConditionsOf(string service)
    {
        var conditions = _ns.Slices(service).SelectMany(slice => slice.Endpoints ?? []).Single().Conditions!;
        return (conditions.Ready, conditions.Serving, conditions.Terminating);
    }
}
