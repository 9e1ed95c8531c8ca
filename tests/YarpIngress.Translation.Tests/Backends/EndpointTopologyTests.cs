using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Backends;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Tests.Backends;

/// <summary>Which endpoints a replica chooses by where it runs, and that pods of a dual-stack Service count once.</summary>
public sealed class EndpointTopologyTests
{
    private static readonly Place Here = new("node-a", "zone-a");

    // Address, node, zones that it is meant for, nodes that it is meant for.
    private static readonly (string Address, string Node, string Zones, string Nodes)[] Hinted =
    [
        ("10.0.0.1", "node-a", "zone-a", "node-a"), ("10.0.0.2", "node-b", "zone-a", "node-b"), ("10.0.0.3", "node-c", "zone-b", "node-c"),
    ];

    [Theory]
    [InlineData("PreferClose", null, "10.0.0.1 10.0.0.2")]
    [InlineData("PreferSameZone", null, "10.0.0.1 10.0.0.2")]
    [InlineData(null, "Auto", "10.0.0.1 10.0.0.2")]
    [InlineData(null, "auto", "10.0.0.1 10.0.0.2")]
    [InlineData(null, "Disabled", "10.0.0.1 10.0.0.2 10.0.0.3")]
    [InlineData(null, null, "10.0.0.1 10.0.0.2 10.0.0.3")]
    public void Hints_of_zones_count_where_the_Service_asks_for_it(string? distribution, string? mode, string chosen) =>
        Assert.Equal(chosen, Chosen(Service(distribution, mode: mode), Here, Slice(Hinted, nodes: false)));

    [Theory]
    [InlineData("node-a", "zone-a", "10.0.0.1")]
    [InlineData("node-c", "zone-b", "10.0.0.3")]
    [InlineData("node-d", "zone-a", "10.0.0.1 10.0.0.2")]
    [InlineData("node-d", "zone-c", "10.0.0.1 10.0.0.2 10.0.0.3")]
    [InlineData("node-d", null, "10.0.0.1 10.0.0.2 10.0.0.3")]
    public void Hints_of_nodes_come_first_then_those_of_zones_then_all(string node, string? zone, string chosen) =>
        Assert.Equal(chosen, Chosen(Service("PreferSameNode"), new Place(node, zone), Slice(Hinted)));

    [Fact]
    public void Nothing_is_near_as_long_as_the_place_is_not_known() =>
        Assert.Equal("10.0.0.1 10.0.0.2 10.0.0.3", Chosen(Service("PreferClose"), null, Slice(Hinted)));

    [Fact]
    public void One_ready_endpoint_without_a_hint_makes_all_hints_count_for_nothing()
    {
        var slice = Slice(Hinted, nodes: false);
        slice.Endpoints![2].Hints = null;
        Assert.Equal("10.0.0.1 10.0.0.2 10.0.0.3", Chosen(Service("PreferClose"), Here, slice));
        // One that is not ready does not.
        slice.Endpoints[2].Conditions = new V1EndpointConditions { Ready = false };
        Assert.Equal("10.0.0.1 10.0.0.2", Chosen(Service("PreferClose"), Here, slice));
    }

    [Fact]
    public void A_zone_whose_endpoints_are_not_ready_takes_those_of_the_others()
    {
        var slice = Slice(Hinted, nodes: false);
        slice.Endpoints![0].Conditions = slice.Endpoints[1].Conditions = new V1EndpointConditions { Ready = false };
        Assert.Equal("10.0.0.3", Chosen(Service("PreferClose"), Here, slice));
    }

    [Fact]
    public void Traffic_that_is_local_never_leaves_the_node()
    {
        Assert.Equal("10.0.0.1", Chosen(Service(local: true), Here, Slice(Hinted)));
        Assert.Equal("10.0.0.1 10.0.0.2 10.0.0.3", Chosen(Service(local: true), null, Slice(Hinted)));
        var none = Translate(Service(local: true), new Place("node-d", "zone-a"), Slice(Hinted));
        Assert.Empty(none.Backend.Endpoints);
        Assert.Contains(
            "no endpoint on node node-d, which its internalTrafficPolicy Local asks for, for port 80", Assert.Single(none.Notices).Message,
            StringComparison.Ordinal);
        // Those that terminate serve on where no other is on the node.
        var slice = Slice(Hinted);
        slice.Endpoints![0].Conditions = new V1EndpointConditions { Ready = false, Serving = true, Terminating = true };
        Assert.Equal("10.0.0.1", Chosen(Service(local: true), Here, slice));
    }

    [Theory]
    [InlineData("IPv4", "10.0.0.1 10.0.0.2 fd00::3")]
    [InlineData("IPv6", "10.0.0.2 fd00::1 fd00::3")]
    public void A_pod_of_a_dual_stack_Service_counts_once(string first, string chosen)
    {
        var service = Service();
        service.Spec!.IpFamilies = [first, first == "IPv4" ? "IPv6" : "IPv4"];
        var (v4, v6) = (Slice([("10.0.0.1", "a", "", ""), ("10.0.0.2", "a", "", "")]), Slice([("fd00::1", "a", "", ""), ("fd00::3", "a", "", "")], "IPv6"));
        (v4.Endpoints![0].TargetRef, v4.Endpoints[1].TargetRef) = (Pod("one"), Pod("two"));
        (v6.Endpoints![0].TargetRef, v6.Endpoints[1].TargetRef) = (Pod("one"), Pod("three"));
        Assert.Equal(chosen, Chosen(service, null, v4, v6));
    }

    [Fact]
    public void Addresses_that_are_no_pods_all_count()
    {
        var service = Service();
        service.Spec!.IpFamilies = ["IPv4", "IPv6"];
        Assert.Equal(
            "10.0.0.1 fd00::1",
            Chosen(service, null, Slice([("10.0.0.1", "a", "", "")]), Slice([("fd00::1", "a", "", "")], "IPv6")));
    }

    [Fact]
    public void A_pod_that_is_ready_in_one_family_only_is_reached_by_that()
    {
        var service = Service();
        service.Spec!.IpFamilies = ["IPv4", "IPv6"];
        var (v4, v6) = (Slice([("10.0.0.1", "a", "", ""), ("10.0.0.2", "a", "", "")]), Slice([("fd00::1", "a", "", "")], "IPv6"));
        (v4.Endpoints![0].TargetRef, v4.Endpoints[1].TargetRef, v6.Endpoints![0].TargetRef) = (Pod("one"), Pod("two"), Pod("one"));
        v4.Endpoints[0].Conditions = new V1EndpointConditions { Ready = false };
        Assert.Equal("10.0.0.2 fd00::1", Chosen(service, null, v4, v6));
    }

    private static V1ObjectReference Pod(string name) => new() { Kind = "Pod", Name = name };

    private static V1Service Service(string? distribution = null, bool local = false, string? mode = null)
    {
        var service = Objects.Service("web");
        service.Spec!.TrafficDistribution = distribution;
        service.Spec.InternalTrafficPolicy = local ? "Local" : "Cluster";
        if (mode is not null)
            service.Metadata.Annotations = new() { ["service.kubernetes.io/topology-mode"] = mode };
        return service;
    }

    private static V1EndpointSlice Slice(
        (string Address, string Node, string Zones, string Nodes)[] endpoints, string family = "IPv4", bool nodes = true)
    {
        var slice = Objects.Slice("web");
        slice.AddressType = family;
        slice.Endpoints =
        [
            .. endpoints.Select(endpoint => new V1Endpoint
            {
                Addresses = [endpoint.Address],
                NodeName = endpoint.Node,
                Hints = endpoint.Zones.Length == 0 ? null : new V1EndpointHints
                {
                    ForZones = [new V1ForZone { Name = endpoint.Zones }],
                    ForNodes = nodes ? [new V1ForNode { Name = endpoint.Nodes }] : null,
                },
            }),
        ];
        return slice;
    }

    private static BackendTranslation Translate(V1Service service, Place? here, params V1EndpointSlice[] slices) =>
        BackendTranslator.Translate(new BackendKey("demo", "web", "80"), service, slices, null, new TranslationSettings(), here: here);

    private static string Chosen(V1Service service, Place? here, params V1EndpointSlice[] slices) =>
        string.Join(' ', Translate(service, here, slices).Backend.Endpoints.Select(endpoint => endpoint.Address));
}
