using System.Text.Json.Nodes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Tests.EndToEnd;

namespace YarpIngress.Tests.Dialect;

/// <summary>What clients and pods see of <c>yarp.ingress.kubernetes.io/*</c>, through both forwarders.</summary>
public sealed class DialectTests(TestCluster cluster) : EndToEndTest(cluster)
{
    private const string Prefix = "yarp.ingress.kubernetes.io/";

    [Theory]
    [InlineData(null)]
    [InlineData("kubernetes.io/h2c")]
    public async Task Transforms_change_request_and_answer(string? appProtocol)
    {
        await Namespace.StartAppAsync("web", appProtocol: appProtocol);
        var host = Namespace.Host("transforms");
        await ApplyAsync("web", host, "/api", "web", ("transforms", """
            - PathRemovePrefix: /API
            - PathPrefix: /v2
            - QueryValueParameter: tenant
              Set: orange & blue
            - QueryRemoveParameter: debug
            - HttpMethodChange: PUT
              Set: POST
            - RequestHeader: X-Tenant
              Append: orange
            - RequestHeaderRemove: X-Secret
            - ResponseHeader: X-Served
              Set: "yes"
            - ResponseHeader: X-Failed
              Set: "yes"
              When: Failure
            - ResponseHeaderRemove: X-Pod
            """));
        await Gateway.UntilAsync(host, "/api/x", answer => answer.Path == "/v2/x");

        var answer = await Gateway.SendAsync(
            HttpMethod.Put, host, "/api/a%20b?debug=1&q=%41&tenant=red&hx_h=X-Pod:%20one", new StringContent("body"),
            ("X-Tenant", "blue"), ("X-Secret", "s"));
        Assert.Equal("/v2/a%20b", answer.Path);
        var echo = JsonNode.Parse(answer.Body)!;
        Assert.Equal("POST", (string?)echo["method"]);
        Assert.Equal("q=%41&hx_h=X-Pod:%20one&tenant=orange%20%26%20blue", ((string?)echo["query"])!.TrimStart('?'));
        Assert.Equal("blue,orange", answer.PodHeader("X-Tenant")?.Replace(" ", "", StringComparison.Ordinal));
        Assert.Null(answer.PodHeader("X-Secret"));
        Assert.Equal("yes", answer.Headers["X-Served"]);
        Assert.DoesNotContain("X-Pod", answer.Headers.Keys);
        Assert.DoesNotContain("X-Failed", answer.Headers.Keys);

        answer = await Gateway.GetAsync(host, "/%61pi/x?hx_status=500");
        Assert.Equal("/v2/x", answer.Path);
        Assert.Equal("yes", answer.Headers["X-Failed"]);
        Assert.DoesNotContain("X-Served", answer.Headers.Keys);
    }

    [Fact]
    public async Task A_path_pattern_keeps_what_follows_the_path_of_the_route()
    {
        await Namespace.StartAppAsync("web");
        var host = Namespace.Host("pattern");
        await ApplyAsync("web", host, "/foo", "web", ("transforms", "- PathPattern: \"/new/{**catch-all}\"\n"));
        await Gateway.UntilAsync(host, "/foo/a/b?c=d", answer => answer.Path == "/new/a/b");
        Assert.Equal("/new/", (await Gateway.GetAsync(host, "/foo")).Path);
    }

    [Fact]
    public async Task Headers_methods_and_query_parameters_choose_between_routes_of_a_path()
    {
        foreach (var name in new[] { "plain", "post", "orange", "debug", "deep" })
            await Namespace.StartAppAsync(name);
        var host = Namespace.Host("match");
        await ApplyAsync("plain", host, "/", "plain");
        await ApplyAsync("post", host, "/", "post", ("route-methods", "- POST\n"));
        await ApplyAsync("orange", host, "/", "orange", ("route-headers", "- Name: X-Tenant\n  Values: [orange]\n  Mode: ExactHeader\n"));
        await ApplyAsync("debug", host, "/", "debug", ("route-order", "-1"), ("route-queryparameters", "- Name: debug\n  Mode: Exists\n"));
        await ApplyAsync("deep", host, "/deep", "deep");

        await Gateway.UntilAsync(host, "/", answer => answer.Service == "plain");
        await Gateway.UntilAsync(host, "/deep", answer => answer.Service == "deep");
        await Gateway.UntilAsync(host, "/?x=y&debug", answer => answer.Service == "debug");
        Assert.Equal("debug", (await Gateway.GetAsync(host, "/deep?debug=1")).Service);
        Assert.Equal("post", (await Gateway.SendAsync(HttpMethod.Post, host, "/", new StringContent("x"))).Service);
        Assert.Equal("orange", (await Gateway.GetAsync(host, "/", ("X-Tenant", "Orange"))).Service);
        Assert.Equal("plain", (await Gateway.GetAsync(host, "/", ("X-Tenant", "blue"))).Service);
        // A path that says more comes before conditions of the same order.
        Assert.Equal("deep", (await Gateway.GetAsync(host, "/deep", ("X-Tenant", "orange"))).Service);
    }

    [Fact]
    public async Task Route_methods_answer_405_where_nothing_else_serves_the_path()
    {
        await Namespace.StartAppAsync("web");
        var host = Namespace.Host("only-get");
        await ApplyAsync("web", host, "/", "web", ("route-methods", "- GET\n"));
        await Gateway.UntilAsync(host, "/", answer => answer.Service == "web");
        var refused = await Gateway.SendAsync(HttpMethod.Post, host, "/", new StringContent("x"));
        Assert.Equal((405, "GET"), (refused.Code, refused.Headers["Allow"]));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("kubernetes.io/h2c")]
    public async Task A_request_that_takes_longer_than_its_timeout_answers_504(string? appProtocol)
    {
        await Namespace.StartAppAsync("web", appProtocol: appProtocol);
        var host = Namespace.Host("timeout");
        await ApplyAsync("web", host, "/", "web", ("timeout", "00:00:00.300"));
        await Gateway.UntilAsync(host, "/?hx_delay=20", answer => answer.Code == 504);
        // As soon as the machine lets it be that fast.
        await Gateway.UntilAsync(host, "/", answer => answer.Code == 200);
    }

    [Fact]
    public async Task Route_metadata_is_shown_with_the_route_and_changes_nothing()
    {
        await Namespace.StartAppAsync("web");
        var host = Namespace.Host("metadata");
        await ApplyAsync("web", host, "/", "web", ("route-metadata", "Tenant: orange\nYarpIngress.Path: /forged\n"));
        Assert.Equal("/a", (await Gateway.UntilAsync(host, "/a", answer => answer.Service == "web")).Path);
        using var admin = new HttpClient();
        await Wait.UntilAsync(
            async () => (await admin.GetStringAsync(
                $"http://127.0.0.1:{Cluster.Controller.AdminPort}/api/explain?url=http://{host}/a", TestContext.Current.CancellationToken))
                .Contains("Tenant: orange", StringComparison.Ordinal),
            "explain shows it");
        // Not a map of texts: the route is served as it would be without.
        await ApplyAsync("web", host, "/", "web", ("route-metadata", "- Tenant\n"), ("timeout", "00:00:00.300"));
        await Gateway.UntilAsync(host, "/?hx_delay=20", answer => answer.Code == 504);
        await Gateway.UntilAsync(host, "/a", answer => answer.Service == "web");
    }

    [Theory]
    [InlineData("authorization-policy", "members")]
    [InlineData("rate-limiter-policy", "slow")]
    [InlineData("output-cache-policy", "a-minute")]
    [InlineData("cors-policy", "partners")]
    [InlineData("timeout-policy", "nobody-defined-it")]
    [InlineData("transforms", "- Colour: red\n")]
    [InlineData("route-methods", "GET")]
    [InlineData("http-client", "DangerousAcceptAnyServerCertificate: perhaps\n")]
    public async Task What_is_not_known_closes_the_route(string name, string value)
    {
        await Namespace.StartAppAsync("web");
        var host = Namespace.Host("closed");
        await ApplyAsync("web", host, "/", "web", (name, value));
        await Gateway.UntilAsync(host, "/", answer => answer.Code == 503);
        await ApplyAsync("web", host, "/", "web");
        await Gateway.UntilAsync(host, "/", answer => answer.Code == 200);
    }

    private Task ApplyAsync(string name, string host, string path, string service, params (string Name, string Value)[] annotations)
    {
        var ingress = Namespace.Ingress(host, ("Prefix", path, service));
        ingress["metadata"] = new JsonObject
        {
            ["annotations"] = new JsonObject(annotations.Select(one => KeyValuePair.Create(Prefix + one.Name, (JsonNode?)one.Value))),
        };
        return Namespace.ApplyAsync<V1Ingress>(name, ingress);
    }
}
