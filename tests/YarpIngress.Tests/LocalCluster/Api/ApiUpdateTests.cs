using System.Text.Json.Nodes;

namespace YarpIngress.Tests.LocalCluster.Api;

public sealed class ApiUpdateTests(ApiServerFixture server) : IClassFixture<ApiServerFixture>
{
    private const string Conflict = "the object has been modified; please apply your changes to the latest version and try again";

    [Fact]
    public async Task An_old_version_conflicts()
    {
        var space = await server.NamespaceAsync();
        var path = $"/api/v1/namespaces/{space}/configmaps/a";
        var first = (await server.PostAsync($"/api/v1/namespaces/{space}/configmaps", Manifests.ConfigMap("a"))).Is(201).Json;
        first["data"]!["key"] = "2";
        (await server.PutAsync(path, first)).Is(200);
        first["data"]!["key"] = "3";
        var refused = (await server.PutAsync(path, first)).Is(409);
        Assert.Equal("Conflict", refused.Reason);
        Assert.Equal($"Operation cannot be fulfilled on configmaps \"a\": {Conflict}", refused.Message);

        first["metadata"]!.AsObject().Remove("resourceVersion");
        Assert.Equal("3", (await server.PutAsync(path, first)).Is(200).Json["data"]!["key"]!.ToString());
    }

    [Fact]
    public async Task A_write_that_changes_nothing_keeps_the_version()
    {
        var space = await server.NamespaceAsync();
        var created = (await server.PostAsync($"/apis/apps/v1/namespaces/{space}/deployments", Manifests.Deployment("web"))).Is(201);
        var again = (await server.PutAsync($"/apis/apps/v1/namespaces/{space}/deployments/web", created.Json)).Is(200);
        Assert.Equal(created.Version, again.Version);
        var patched = (await server.MergeAsync($"/apis/apps/v1/namespaces/{space}/deployments/web", """{"spec":{"replicas":1}}""")).Is(200);
        Assert.Equal(created.Version, patched.Version);
    }

    [Fact]
    public async Task The_generation_counts_changes_of_the_spec()
    {
        var space = await server.NamespaceAsync();
        var path = $"/apis/apps/v1/namespaces/{space}/deployments/web";
        (await server.PostAsync($"/apis/apps/v1/namespaces/{space}/deployments", Manifests.Deployment("web"))).Is(201);
        Assert.Equal(1, Generation(await server.MergeAsync(path, """{"metadata":{"labels":{"a":"b"}}}""")));
        Assert.Equal(2, Generation(await server.MergeAsync(path, """{"spec":{"replicas":2}}""")));
        Assert.Equal(2, Generation(await server.MergeAsync($"{path}/status", """{"status":{"replicas":2}}""")));
    }

    [Fact]
    public async Task Status_and_spec_are_written_apart()
    {
        var space = await server.NamespaceAsync();
        var path = $"/apis/networking.k8s.io/v1/namespaces/{space}/ingresses/web";
        var ingress = (
            await server.PostAsync($"/apis/networking.k8s.io/v1/namespaces/{space}/ingresses", Manifests.Ingress("web"))).Is(201).Json;
        ingress["status"] = JsonNode.Parse("""{"loadBalancer":{"ingress":[{"ip":"10.0.0.1"}]}}""");
        ingress["spec"]!["ingressClassName"] = "other";

        var main = (await server.PutAsync(path, ingress)).Is(200).Json;
        Assert.Equal("other", main["spec"]!["ingressClassName"]!.ToString());
        Assert.Equal("""{"loadBalancer":{}}""", main["status"]!.ToJsonString());

        ingress["metadata"]!.AsObject().Remove("resourceVersion");
        ingress["spec"]!["ingressClassName"] = "third";
        var status = (await server.PutAsync($"{path}/status", ingress)).Is(200).Json;
        Assert.Equal("other", status["spec"]!["ingressClassName"]!.ToString());
        Assert.Equal("10.0.0.1", status["status"]!["loadBalancer"]!["ingress"]![0]!["ip"]!.ToString());
    }

    [Fact]
    public async Task Put_creates_only_kinds_that_upstream_creates_so()
    {
        var space = await server.NamespaceAsync();
        var lease = JsonNode.Parse("""{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"l"},"spec":{"holderIdentity":"me"}}""")!;
        (await server.PutAsync($"/apis/coordination.k8s.io/v1/namespaces/{space}/leases/l", lease)).Is(201);
        var unconditional = (await server.PutAsync($"/apis/coordination.k8s.io/v1/namespaces/{space}/leases/l", lease)).Is(422);
        Assert.Contains("metadata.resourceVersion: Invalid value: ", unconditional.Message);
        Assert.Contains("must be specified for an update", unconditional.Message);
        (await server.PutAsync($"/api/v1/namespaces/{space}/configmaps/a", JsonNode.Parse(Manifests.ConfigMap("a"))!)).Is(404);
    }

    [Fact]
    public async Task The_name_cannot_change()
    {
        var space = await server.NamespaceAsync();
        (await server.PostAsync($"/api/v1/namespaces/{space}/configmaps", Manifests.ConfigMap("a"))).Is(201);
        Assert.Equal(
            "the name of the object (b) does not match the name on the URL (a)",
            (await server.PutAsync($"/api/v1/namespaces/{space}/configmaps/a", JsonNode.Parse(Manifests.ConfigMap("b"))!)).Is(400).Message);
    }

    [Fact]
    public async Task Writers_at_the_same_time_lose_nothing()
    {
        var space = await server.NamespaceAsync();
        (await server.PostAsync($"/api/v1/namespaces/{space}/configmaps", Manifests.ConfigMap("a"))).Is(201);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
            (await server.MergeAsync($"/api/v1/namespaces/{space}/configmaps/a", $$$"""{"data":{"k{{{i}}}":"v"}}""")).Is(200)));
        Assert.Equal(21, (await server.GetAsync($"/api/v1/namespaces/{space}/configmaps/a")).Json["data"]!.AsObject().Count);
    }

    [Fact]
    public async Task Scale_reads_and_writes_the_replicas()
    {
        var space = await server.NamespaceAsync();
        var path = $"/apis/apps/v1/namespaces/{space}/deployments/web";
        (await server.PostAsync($"/apis/apps/v1/namespaces/{space}/deployments", Manifests.Deployment("web", 3))).Is(201);
        var scale = (await server.GetAsync($"{path}/scale")).Is(200).Json;
        Assert.Equal("autoscaling/v1", scale["apiVersion"]!.ToString());
        Assert.Equal(3, (int)scale["spec"]!["replicas"]!);
        Assert.Equal("app=web", scale["status"]!["selector"]!.ToString());

        scale["spec"]!["replicas"] = 5;
        Assert.Equal(5, (int)(await server.PutAsync($"{path}/scale", scale)).Is(200).Json["spec"]!["replicas"]!);
        (await server.PutAsync($"{path}/scale", scale)).Is(409);
        Assert.Equal(7, (int)(await server.MergeAsync($"{path}/scale", """{"spec":{"replicas":7}}""")).Is(200).Json["spec"]!["replicas"]!);
        Assert.Equal(7, (int)(await server.GetAsync(path)).Json["spec"]!["replicas"]!);
        Assert.Equal(
            "Scale.autoscaling \"web\" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0",
            (await server.MergeAsync($"{path}/scale", """{"spec":{"replicas":-1}}""")).Is(422).Message);
    }

    private static int Generation(Answer answer) => (int)answer.Is(200).Json["metadata"]!["generation"]!;
}
