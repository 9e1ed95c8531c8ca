using System.Text.Json.Nodes;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Tests.EndToEnd;

/// <summary>The scenario of the public conformance feature "ingress class", and classes that come and go.</summary>
public sealed class IngressClassTests(TestCluster cluster) : EndToEndTest(cluster)
{
    [Fact]
    public async Task An_Ingress_of_another_class_gets_no_traffic_and_no_status()
    {
        await Namespace.StartAppAsync("app");
        var (ours, foreign) = (Namespace.Host("ours"), Namespace.Host("foreign"));
        var ingress = Namespace.Ingress(foreign, ("Prefix", "/", "app"));
        ingress["spec"]!["ingressClassName"] = $"foreign-{Namespace.Name}";
        await Namespace.ApplyAsync<V1Ingress>("foreign", ingress);
        await Namespace.ApplyIngressAsync("ours", ours, ("Prefix", "/", "app"));

        Assert.Equal(404, (await Gateway.GetAsync(foreign)).Code);
        var read = await Cluster.Api.GetAsync<V1Ingress>(Namespace.Name, "foreign", TestContext.Current.CancellationToken);
        Assert.Null(read.Status?.LoadBalancer?.Ingress);
    }

    [Fact]
    public async Task A_class_that_appears_and_vanishes_selects_and_releases_its_Ingresses()
    {
        await Namespace.StartAppAsync("app");
        var (host, name) = (Namespace.Host("later"), $"later-{Namespace.Name}");
        var ingress = Namespace.Ingress(host, ("Prefix", "/", "app"));
        ingress["spec"]!["ingressClassName"] = name;
        await Namespace.ApplyAsync<V1Ingress>("later", ingress);
        Assert.Equal(404, (await Gateway.GetAsync(host)).Code);

        await Namespace.ApplyAsync<V1IngressClass>(
            name, new JsonObject { ["spec"] = new JsonObject { ["controller"] = Cluster.ControllerClass } });
        await Gateway.UntilAsync(host, "/", answer => answer.Code == 200);

        await Cluster.Api.DeleteAsync<V1IngressClass>(null, name, TestContext.Current.CancellationToken);
        await Gateway.UntilAsync(host, "/", answer => answer.Code == 404);
    }

    [Fact]
    public async Task The_legacy_annotation_selects()
    {
        await Namespace.StartAppAsync("app");
        var host = Namespace.Host("legacy");
        var ingress = Namespace.Ingress(host, ("Prefix", "/", "app"));
        ingress["spec"]!.AsObject().Remove("ingressClassName");
        ingress["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["kubernetes.io/ingress.class"] = Cluster.LegacyClass } };
        await Namespace.ApplyAsync<V1Ingress>("legacy", ingress);

        await Gateway.UntilAsync(host, "/", answer => answer.Code == 200);
    }
}
