using System.Text.Json.Nodes;
using YarpIngress.Controller;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Options;

namespace YarpIngress.Tests.EndToEnd;

/// <summary>
/// The scenarios of the public conformance feature "default backend". They
/// speak of every host, so each has a controller and a class of its own.
/// </summary>
public sealed class DefaultBackendTests(TestCluster cluster) : EndToEndTest(cluster)
{
    private string Class => $"default-{Namespace.Name}";

    /// <summary>Leaves nothing behind in a cluster that lives on.</summary>
    public override async ValueTask DisposeAsync()
    {
        await Cluster.Api.DeleteAsync<V1IngressClass>(null, Class, CancellationToken.None);
        await base.DisposeAsync();
    }

    [Fact]
    public async Task An_Ingress_without_rules_serves_every_host_and_path()
    {
        await Namespace.StartAppAsync("default");
        await Namespace.StartAppAsync("app");
        await using var controller = await StartAsync(options => options);
        using var gateway = TestCluster.GatewayOf(controller);

        Assert.Equal(404, (await gateway.GetAsync("anything.example.com")).Code);
        await Namespace.ApplyAsync<V1Ingress>("catch-all", new JsonObject
        {
            ["spec"] = new JsonObject { ["ingressClassName"] = Class, ["defaultBackend"] = TestNamespace.Backend("default") },
        });
        await gateway.UntilAsync("anything.example.com", "/", answer => answer.Service == "default");
        foreach (var (host, path) in new[] { ("a.example", "/"), ("b.example", "/sub/path"), ("127.0.0.1", "/x?y=z") })
            Assert.Equal("default", (await gateway.GetAsync(host, path)).Service);

        // A host with rules is on its own: what it does not match is not the catch-all's.
        var app = Namespace.Ingress("known.example", ("Prefix", "/app", "app"));
        app["spec"]!["ingressClassName"] = Class;
        await Namespace.ApplyAsync<V1Ingress>("app", app);
        await gateway.UntilAsync("known.example", "/app", answer => answer.Service == "app");
        Assert.Equal(404, (await gateway.GetAsync("known.example", "/other")).Code);
        Assert.Equal("default", (await gateway.GetAsync("unknown.example", "/app")).Service);
    }

    [Fact]
    public async Task The_default_backend_service_answers_what_nothing_matches()
    {
        await Namespace.StartAppAsync("global");
        await using var controller = await StartAsync(
            options => options with { DefaultBackendService = new ObjectKey(Namespace.Name, "global") });
        using var gateway = TestCluster.GatewayOf(controller);

        await gateway.UntilAsync("nobody.example.com", "/any", answer => answer.Service == "global");
    }

    [Fact]
    public async Task A_rule_without_a_host_serves_hosts_that_no_other_rule_names()
    {
        await Namespace.StartAppAsync("any");
        await using var controller = await StartAsync(options => options);
        using var gateway = TestCluster.GatewayOf(controller);
        var ingress = Namespace.Ingress(host: null, ("Prefix", "/", "any"));
        ingress["spec"]!["ingressClassName"] = Class;
        await Namespace.ApplyAsync<V1Ingress>("any", ingress);

        await gateway.UntilAsync("whatever.example.com", "/any", answer => answer.Service == "any");
    }

    [Fact]
    public async Task Disable_catch_all_refuses_an_Ingress_with_a_default_backend()
    {
        await Namespace.StartAppAsync("default");
        await Namespace.StartAppAsync("app");
        await using var controller = await StartAsync(options => options with { DisableCatchAll = true });
        using var gateway = TestCluster.GatewayOf(controller);
        await Namespace.ApplyAsync<V1Ingress>("catch-all", new JsonObject
        {
            ["spec"] = new JsonObject { ["ingressClassName"] = Class, ["defaultBackend"] = TestNamespace.Backend("default") },
        });
        var app = Namespace.Ingress("known.example", ("Prefix", "/", "app"));
        app["spec"]!["ingressClassName"] = Class;
        await Namespace.ApplyAsync<V1Ingress>("app", app);

        await gateway.UntilAsync("known.example", "/", answer => answer.Service == "app");
        Assert.Equal(404, (await gateway.GetAsync("anything.example.com")).Code);
    }

    private async Task<IngressController> StartAsync(Func<ControllerOptions, ControllerOptions> change)
    {
        var controllerClass = $"yarp-ingress.dev/{Class}";
        await Namespace.ApplyAsync<V1IngressClass>(
            Class, new JsonObject { ["spec"] = new JsonObject { ["controller"] = controllerClass } });
        var controller = await Cluster.StartControllerAsync(options => change(options with
        {
            ControllerClass = controllerClass,
            IngressClass = Class,
            PodNamespace = Namespace.Name,
        }));
        await Wait.UntilAsync(() => controller.IsReady, "the controller is ready");
        return controller;
    }
}
