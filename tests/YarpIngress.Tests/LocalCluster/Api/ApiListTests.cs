using System.Text.Json.Nodes;

namespace YarpIngress.Tests.LocalCluster.Api;

public sealed class ApiListTests(ApiServerFixture server) : IClassFixture<ApiServerFixture>
{
    [Fact]
    public async Task Pages_are_of_one_snapshot()
    {
        var configMaps = await FilledAsync(5);
        var first = (await server.GetAsync($"{configMaps}?limit=2&labelSelector=mine")).Is(200).Json;
        Assert.Null(first["metadata"]!["remainingItemCount"]);
        (await server.DeleteAsync($"{configMaps}/c3")).Is(200);
        (await server.PostAsync(configMaps, Manifests.Labelled("c9", """{"mine":""}"""))).Is(201);

        var names = Names(first).ToList();
        for (var next = first; next["metadata"]!["continue"] is { } token;)
        {
            next = (await server.GetAsync($"{configMaps}?limit=2&labelSelector=mine&continue={Uri.EscapeDataString(token.ToString())}"))
                .Is(200).Json;
            Assert.Equal(first["metadata"]!["resourceVersion"]!.ToString(), next["metadata"]!["resourceVersion"]!.ToString());
            names.AddRange(Names(next));
        }
        Assert.Equal(["c0", "c1", "c2", "c3", "c4"], names);
    }

    [Fact]
    public async Task The_rest_is_counted_when_no_selector_hides_it()
    {
        (await server.PostAsync("/apis/networking.k8s.io/v1/ingressclasses", Class("a"))).Is(201);
        (await server.PostAsync("/apis/networking.k8s.io/v1/ingressclasses", Class("b"))).Is(201);
        (await server.PostAsync("/apis/networking.k8s.io/v1/ingressclasses", Class("c"))).Is(201);
        var page = (await server.GetAsync("/apis/networking.k8s.io/v1/ingressclasses?limit=1")).Is(200).Json;
        Assert.Equal(2, (int)page["metadata"]!["remainingItemCount"]!);
        Assert.Equal("IngressClassList", page["kind"]!.ToString());
        // Items of a typed list carry neither.
        Assert.Null(page["items"]![0]!["kind"]);

        static string Class(string name) => $$$"""{"metadata":{"name":"{{{name}}}"},"spec":{"controller":"example.com/x"}}""";
    }

    [Theory]
    [InlineData("app=web", "a")]
    [InlineData("app==web", "a")]
    [InlineData("app!=web", "b", "c")]
    [InlineData("app", "a", "b")]
    [InlineData("!app", "c")]
    [InlineData("app in (web, db)", "a", "b")]
    [InlineData("app notin (web),app", "b")]
    [InlineData("size>3", "b")]
    [InlineData("app=web,size=9")]
    public async Task Label_selectors(string selector, params string[] expected)
    {
        var space = await server.NamespaceAsync();
        var configMaps = $"/api/v1/namespaces/{space}/configmaps";
        (await server.PostAsync(configMaps, Manifests.Labelled("a", """{"app":"web","size":"1"}"""))).Is(201);
        (await server.PostAsync(configMaps, Manifests.Labelled("b", """{"app":"db","size":"5"}"""))).Is(201);
        (await server.PostAsync(configMaps, Manifests.Labelled("c", "{}"))).Is(201);
        var list = (await server.GetAsync($"{configMaps}?fieldSelector=metadata.name!%3Dkube-root-ca.crt&labelSelector={Uri.EscapeDataString(selector)}")).Is(200);
        Assert.Equal(expected, Names(list.Json));
    }

    [Fact]
    public async Task Field_selectors()
    {
        var space = await server.NamespaceAsync();
        (await server.PostAsync($"/api/v1/namespaces/{space}/pods", Manifests.Pod("a", "node-1"))).Is(201);
        (await server.PostAsync($"/api/v1/namespaces/{space}/pods", Manifests.Pod("b"))).Is(201);
        var pods = $"/api/v1/pods?fieldSelector=metadata.namespace%3D{space}";
        Assert.Equal(["a"], Names((await server.GetAsync($"{pods},spec.nodeName%3Dnode-1")).Json));
        Assert.Equal(["b"], Names((await server.GetAsync($"{pods},metadata.name%3Db,status.phase%3DPending")).Json));
        Assert.Equal("field label not supported: spec.image", (await server.GetAsync($"{pods},spec.image%3Da")).Is(400).Message);
        Assert.Equal(
            "\"data\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"",
            (await server.GetAsync("/api/v1/configmaps?fieldSelector=data%3D1")).Is(400).Message);
        Assert.StartsWith("unable to parse requirement: ", (await server.GetAsync("/api/v1/pods?labelSelector=a%20b")).Is(400).Message);
    }

    [Fact]
    public async Task An_exact_version_is_read_from_history()
    {
        var configMaps = await FilledAsync(2);
        var before = (await server.GetAsync(configMaps)).Version;
        (await server.DeleteAsync($"{configMaps}/c0")).Is(200);
        Assert.Contains(
            "c0", Names((await server.GetAsync($"{configMaps}?resourceVersion={before}&resourceVersionMatch=Exact")).Is(200).Json));
        Assert.DoesNotContain(
            "c0", Names((await server.GetAsync($"{configMaps}?resourceVersion={before}&resourceVersionMatch=NotOlderThan")).Is(200).Json));
        Assert.DoesNotContain("c0", Names((await server.GetAsync($"{configMaps}?resourceVersion=0")).Is(200).Json));
        var ahead = (await server.GetAsync($"{configMaps}?resourceVersion=99999999")).Is(504);
        Assert.Equal("ResourceVersionTooLarge", ahead.Json["details"]!["causes"]![0]!["reason"]!.ToString());
        (await server.GetAsync($"{configMaps}?resourceVersionMatch=Exact")).Is(422);
        (await server.GetAsync($"{configMaps}?resourceVersion=x")).Is(422);
        (await server.GetAsync($"{configMaps}?continue=nonsense")).Is(400);
    }

    [Fact]
    public async Task A_page_whose_snapshot_is_compacted_is_expired_and_can_go_on_inconsistently()
    {
        await using var own = new OwnServer();
        await own.StartAsync();
        for (var i = 0; i < 3; i++)
            (await own.Server.PostAsync("/apis/networking.k8s.io/v1/ingressclasses", $$$"""{"metadata":{"name":"c{{{i}}}"},"spec":{"controller":"example.com/x"}}""")).Is(201);
        var first = (await own.Server.GetAsync("/apis/networking.k8s.io/v1/ingressclasses?limit=1")).Is(200).Json;
        (await own.Server.DeleteAsync("/apis/networking.k8s.io/v1/ingressclasses/c1")).Is(200);
        await own.Server.Host.CompactAsync();

        var token = Uri.EscapeDataString(first["metadata"]!["continue"]!.ToString());
        var expired = (await own.Server.GetAsync($"/apis/networking.k8s.io/v1/ingressclasses?limit=1&continue={token}")).Is(410);
        Assert.Equal("Expired", expired.Reason);
        token = Uri.EscapeDataString(expired.Json["metadata"]!["continue"]!.ToString());
        Assert.Equal(
            ["c2"], Names((await own.Server.GetAsync($"/apis/networking.k8s.io/v1/ingressclasses?continue={token}")).Is(200).Json));
    }

    private static IEnumerable<string> Names(JsonObject list) => list["items"]!.AsArray().Select(i => i!["metadata"]!["name"]!.ToString());

    private async Task<string> FilledAsync(int count)
    {
        var space = await server.NamespaceAsync();
        var configMaps = $"/api/v1/namespaces/{space}/configmaps";
        for (var i = 0; i < count; i++)
            (await server.PostAsync(configMaps, Manifests.Labelled($"c{i}", """{"mine":""}"""))).Is(201);
        return configMaps;
    }
}
