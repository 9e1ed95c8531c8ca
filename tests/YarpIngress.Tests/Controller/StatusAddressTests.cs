using YarpIngress.Controller.Status;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Tests.Controller;

public class StatusAddressTests
{
    public static TheoryData<string, V1Service> Services => new()
    {
        { "10.0.0.1", new V1Service { Spec = new() { Type = "ClusterIP", ClusterIP = "10.0.0.1" } } },
        { "", new V1Service { Spec = new() { Type = "ClusterIP", ClusterIP = "None" } } },
        { "lb.example", new V1Service { Spec = new() { Type = "ExternalName", ExternalName = "lb.example" } } },
        { "10.0.0.1", new V1Service { Spec = new() { Type = "NodePort", ClusterIP = "10.0.0.1" } } },
        {
            "192.0.2.1,192.0.2.2",
            new V1Service { Spec = new() { Type = "NodePort", ClusterIP = "10.0.0.1", ExternalIPs = ["192.0.2.2", "192.0.2.1"] } }
        },
        { "", new V1Service { Spec = new() { Type = "LoadBalancer", ClusterIP = "10.0.0.1" } } },
        {
            "192.0.2.1,198.51.100.1,lb.example",
            new V1Service
            {
                Spec = new() { Type = "LoadBalancer", ClusterIP = "10.0.0.1", ExternalIPs = ["192.0.2.1", "198.51.100.1"] },
                Status = new() { LoadBalancer = new() { Ingress = [new() { Hostname = "lb.example" }, new() { Ip = "192.0.2.1", Hostname = "ignored" }] } },
            }
        },
    };

    [Theory]
    [MemberData(nameof(Services), DisableDiscoveryEnumeration = true)]
    public void Of_a_Service_by_its_type(string expected, V1Service service) =>
        Assert.Equal(expected, string.Join(',', StatusAddresses.OfService(service)));

    [Theory]
    [InlineData(false, "10.0.0.2,192.0.2.1")]
    [InlineData(true, "10.0.0.1,10.0.0.2")]
    public void Of_the_nodes_of_ready_pods(bool internalOnly, string expected)
    {
        var nodes = new Dictionary<string, V1Node>
        {
            ["a"] = Node(("InternalIP", "10.0.0.1"), ("ExternalIP", "192.0.2.1")),
            ["b"] = Node(("Hostname", "b"), ("InternalIP", "10.0.0.2")),
            ["c"] = Node(("InternalIP", "10.0.0.3")),
        };
        V1Pod[] pods = [Pod("a", "Running", "True"), Pod("b", "Running", "True"), Pod("b", "Running", "True"), Pod("c", "Running", "False"), Pod("c", "Pending", "True"), Pod("gone", "Running", "True")];
        Assert.Equal(expected, string.Join(',', StatusAddresses.OfNodes(pods, nodes.GetValueOrDefault, internalOnly)));
    }

    private static V1Node Node(params (string Type, string Address)[] addresses) =>
        new() { Status = new() { Addresses = [.. addresses.Select(address => new V1NodeAddress { Type = address.Type, Address = address.Address })] } };

    private static V1Pod Pod(string node, string phase, string ready) => new()
    {
        Spec = new() { NodeName = node },
        Status = new() { Phase = phase, Conditions = [new() { Type = "Ready", Status = ready }] },
    };
}
