using System.Text.Json.Nodes;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Tests.EndToEnd;

/// <summary>The scenarios of the public conformance feature "host rules".</summary>
public sealed class HostRuleTests(TestCluster cluster) : EndToEndTest(cluster)
{
    [Fact]
    public async Task A_wildcard_stands_for_one_label()
    {
        await Namespace.StartAppAsync("wildcard");
        await Namespace.StartAppAsync("exact");
        await Namespace.ApplyIngressAsync("exact", Namespace.Host("bar"), ("Prefix", "/", "exact"));
        await Namespace.ApplyAsync<V1Ingress>("wildcard", Namespace.Ingress(Namespace.Host("*"), ("Prefix", "/", "wildcard")));

        var any = Namespace.Host("any");
        await Gateway.UntilAsync(any, "/", answer => answer.Service == "wildcard");
        Assert.Equal("exact", (await Gateway.GetAsync(Namespace.Host("bar"), "/")).Service);
        Assert.Equal(404, (await Gateway.GetAsync("two.labels." + any[(any.IndexOf('.') + 1)..], "/")).Code);
        Assert.Equal(404, (await Gateway.GetAsync(any[(any.IndexOf('.') + 1)..], "/")).Code);
    }

    [Fact]
    public async Task A_path_that_the_exact_host_does_not_have_never_falls_to_the_wildcard()
    {
        await Namespace.StartAppAsync("wildcard");
        await Namespace.StartAppAsync("exact");
        await Namespace.ApplyAsync<V1Ingress>("wildcard", Namespace.Ingress(Namespace.Host("*"), ("Prefix", "/", "wildcard")));
        await Gateway.UntilAsync(Namespace.Host("x"), "/", answer => answer.Service == "wildcard");
        await Namespace.ApplyIngressAsync("exact", Namespace.Host("bar"), ("Prefix", "/only", "exact"));

        Assert.Equal(404, (await Gateway.GetAsync(Namespace.Host("bar"), "/other")).Code);
    }

    [Fact]
    public async Task Host_names_match_in_any_case_and_with_a_port()
    {
        await Namespace.StartAppAsync("app");
        var host = Namespace.Host("case");
        await Namespace.ApplyIngressAsync("app", host, ("Prefix", "/", "app"));

        Assert.Equal("app", (await Gateway.GetAsync(host.ToUpperInvariant(), "/")).Service);
        Assert.Equal("app", (await Gateway.GetAsync(host + ":8080", "/")).Service);
    }

    [Fact]
    public async Task Several_Ingresses_share_a_host_and_the_oldest_has_a_path_that_two_want()
    {
        await Namespace.StartAppAsync("first");
        await Namespace.StartAppAsync("second");
        var host = Namespace.Host("shared");
        await Namespace.ApplyIngressAsync("first", host, ("Prefix", "/", "first"));
        await Namespace.ApplyAsync<V1Ingress>(
            "second", Namespace.Ingress(host, ("Prefix", "/", "second"), ("Prefix", "/second", "second")));

        await Gateway.UntilAsync(host, "/second", answer => answer.Service == "second");
        Assert.Equal("first", (await Gateway.GetAsync(host, "/")).Service);

        await Namespace.DeleteAsync<V1Ingress>("first");
        await Gateway.UntilAsync(host, "/", answer => answer.Service == "second");
    }

    [Fact]
    public async Task A_rule_without_paths_sends_the_host_to_the_default_backend()
    {
        await Namespace.StartAppAsync("default");
        var host = Namespace.Host("nopaths");
        await Namespace.ApplyAsync<V1Ingress>("nopaths", new JsonObject
        {
            ["spec"] = new JsonObject
            {
                ["ingressClassName"] = Cluster.IngressClass,
                ["defaultBackend"] = TestNamespace.Backend("default"),
                ["rules"] = new JsonArray(new JsonObject { ["host"] = host }),
            },
        });

        await Gateway.UntilAsync(host, "/any/path", answer => answer.Service == "default");
    }

    [Fact]
    public async Task An_unknown_host_answers_404_with_the_gateways_name()
    {
        var answer = await Gateway.GetAsync(Namespace.Host("nobody"), "/");

        Assert.Equal(404, answer.Code);
        Assert.Equal("yarp-ingress", answer.Headers["Server"]);
    }

    [Fact]
    public async Task An_edited_host_moves()
    {
        await Namespace.StartAppAsync("app");
        await Namespace.ApplyIngressAsync("app", Namespace.Host("before"), ("Prefix", "/", "app"));
        await Namespace.ApplyIngressAsync("app", Namespace.Host("after"), ("Prefix", "/", "app"));

        await Gateway.UntilAsync(Namespace.Host("before"), "/", answer => answer.Code == 404);
    }
}
