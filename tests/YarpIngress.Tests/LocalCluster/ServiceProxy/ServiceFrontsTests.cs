using System.Net;
using YarpIngress.Kubernetes.Models;
using YarpIngress.LocalCluster.ServiceProxy;

namespace YarpIngress.Tests.LocalCluster.ServiceProxy;

public sealed class ServiceFrontsTests
{
    private static readonly IPAddress Node = IPAddress.Parse("127.9.0.1");

    [Fact]
    public void A_cluster_address_is_served_on_every_port()
    {
        var fronts = Of(Service(), Slice(Endpoint("127.9.0.2"), Endpoint("127.9.0.3")));
        var front = Assert.Single(fronts);
        Assert.Equal("127.9.128.1:80", front.Address.ToString());
        Assert.Equal(["127.9.0.2:8080", "127.9.0.3:8080"], front.Endpoints.Select(endpoint => endpoint.ToString()));
        Assert.Null(front.Affinity);
    }

    [Fact]
    public void A_node_port_is_served_on_the_node_and_on_localhost()
    {
        var service = Service();
        service.Spec!.Type = "NodePort";
        service.Spec.Ports![0].NodePort = 30080;
        Assert.Equal(
            ["127.9.128.1:80", "127.9.0.1:30080", "127.0.0.1:30080"],
            Of(service, Slice(Endpoint("127.9.0.2"))).Select(front => front.Address.ToString()));
    }

    [Fact]
    public void A_load_balancer_is_served_on_its_loopback_addresses()
    {
        var service = Service();
        service.Spec!.Type = "LoadBalancer";
        service.Spec.ExternalIPs = ["127.9.64.9", "192.0.2.1"];
        service.Status =
            new V1ServiceStatus { LoadBalancer = new V1LoadBalancerStatus { Ingress = [new V1LoadBalancerIngress { Ip = "127.9.64.1" }] } };
        Assert.Equal(
            ["127.9.128.1:80", "127.9.64.9:80", "127.9.64.1:80"],
            Of(service, Slice(Endpoint("127.9.0.2"))).Select(front => front.Address.ToString()));
    }

    [Fact]
    public void Only_ready_endpoints_are_used_while_there_are_any()
    {
        var fronts = Of(Service(), Slice(Endpoint("127.9.0.2"), Endpoint("127.9.0.3", ready: false, serving: true, terminating: true), Endpoint("127.9.0.4", ready: false)));
        Assert.Equal(["127.9.0.2:8080"], fronts.Single().Endpoints.Select(endpoint => endpoint.ToString()));
    }

    [Fact]
    public void Ending_endpoints_that_serve_are_the_last_resort()
    {
        var fronts = Of(
            Service(),
            Slice(
                Endpoint("127.9.0.2", ready: false, serving: true, terminating: true),
                Endpoint("127.9.0.3", ready: false, serving: false, terminating: true)));
        Assert.Equal(["127.9.0.2:8080"], fronts.Single().Endpoints.Select(endpoint => endpoint.ToString()));
    }

    [Fact]
    public void Without_endpoints_nothing_is_opened() => Assert.Empty(Of(Service(), Slice(Endpoint("127.9.0.2", ready: false))));

    [Fact]
    public void An_endpoint_in_two_slices_counts_once() =>
        Assert.Single(Of(Service(), Slice(Endpoint("127.9.0.2")), Slice(Endpoint("127.9.0.2"))).Single().Endpoints);

    [Fact]
    public void Ports_are_matched_by_name()
    {
        var service = Service();
        service.Spec!.Ports = [new V1ServicePort { Name = "web", Port = 80 }, new V1ServicePort { Name = "admin", Port = 81 }];
        var slice = Slice(Endpoint("127.9.0.2"));
        slice.Ports = [new Discoveryv1EndpointPort { Name = "admin", Port = 9000, Protocol = "TCP" }];
        var front = Assert.Single(Of(service, slice));
        Assert.Equal("127.9.128.1:81", front.Address.ToString());
        Assert.Equal("127.9.0.2:9000", front.Endpoints.Single().ToString());
    }

    [Theory]
    [InlineData(null, 10800)]
    [InlineData(60, 60)]
    public void Affinity_has_a_timeout(int? seconds, int expected)
    {
        var service = Service();
        service.Spec!.SessionAffinity = "ClientIP";
        if (seconds is not null)
            service.Spec.SessionAffinityConfig =
                new V1SessionAffinityConfig { ClientIP = new V1ClientIPConfig { TimeoutSeconds = seconds } };
        Assert.Equal(TimeSpan.FromSeconds(expected), Of(service, Slice(Endpoint("127.9.0.2"))).Single().Affinity);
    }

    [Theory]
    [InlineData("ExternalName", "127.9.128.1")]
    [InlineData("ClusterIP", "None")]
    [InlineData("ClusterIP", "10.96.0.1")]
    public void Nothing_is_opened_for(string type, string address)
    {
        var service = Service();
        service.Spec!.Type = type;
        service.Spec.ClusterIP = address;
        service.Spec.ClusterIPs = [address];
        Assert.Empty(Of(service, Slice(Endpoint("127.9.0.2"))));
    }

    private static List<Front> Of(V1Service service, params V1EndpointSlice[] slices) =>
        ServiceFronts.Of(service, slices, Node, clusterIPs: true);

    private static V1Service Service() => new()
    {
        Metadata = new V1ObjectMeta { Name = "web", NamespaceProperty = "demo" },
        Spec = new V1ServiceSpec
        {
            Type = "ClusterIP",
            ClusterIP = "127.9.128.1",
            ClusterIPs = ["127.9.128.1"],
            Ports = [new V1ServicePort { Port = 80, Protocol = "TCP" }],
        },
    };

    private static V1EndpointSlice Slice(params V1Endpoint[] endpoints) => new()
    {
        AddressType = "IPv4",
        Endpoints = [.. endpoints],
        Ports = [new Discoveryv1EndpointPort { Name = "", Port = 8080, Protocol = "TCP" }],
    };

    private static V1Endpoint Endpoint(string address, bool? ready = true, bool? serving = null, bool? terminating = null) => new()
    {
        Addresses = [address],
        Conditions = new V1EndpointConditions { Ready = ready, Serving = serving, Terminating = terminating },
    };
}
