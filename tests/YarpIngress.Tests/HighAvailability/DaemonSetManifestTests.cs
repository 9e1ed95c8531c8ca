using YarpIngress.Kubernetes;
using YarpIngress.LocalCluster;
using YarpIngress.LocalCluster.Controllers;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.Tests.LocalCluster;
using YarpIngress.Tests.Monitoring;

namespace YarpIngress.Tests.HighAvailability;

/// <summary>The plain manifests for the network of the nodes: the gateway is a pod that has the node's own address.</summary>
public sealed class DaemonSetManifestTests
{
    [Fact]
    public async Task Each_node_serves_on_its_own_address()
    {
        await using var cluster = await LocalClusterHost.StartAsync(new LocalClusterOptions(), TestContext.Current.CancellationToken);
        foreach (var file in (string[])["namespace.yaml", "yarp-ingress.yaml"])
        {
            var path = Path.Combine(MonitoringFiles.Repository, "manifests", "daemonset-hostnetwork", file);
            foreach (var document in ManifestReader.ReadText(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)))
                cluster.ApplyText(document.Object.ToJsonString());
        }

        cluster.ApplyText(
            TestNamespace.Deployment("web", 1) + TestNamespace.Service("web")
            + GatewayCluster.Ingress("web", GatewayCluster.Host, "web"));
        await GatewayCluster.AnswersAsync(new Uri($"http://{cluster.Addresses.Node}:8080/"));
        var pod = Assert.Single(cluster.Api.List(ResourceCatalog.Pods, "yarp-ingress").Items.Select(PodView.Of));
        Assert.Equal((cluster.Addresses.Node.ToString(), "DaemonSet"), (pod.PodIP, pod.ControllerKind));
        // Without a Service, the addresses of the nodes are what Ingresses publish.
        await Wait.UntilAsync(
            () => cluster.Api.Get(ResourceCatalog.Ingresses, "default", "web").ToJson()
                .ItemsAt("status", "loadBalancer", "ingress").Any(address => address.TextAt("ip") == pod.PodIP),
            "the node's address in the status");
    }
}
