using System.Text.Json.Nodes;

namespace YarpIngress.Tests.LocalCluster.Api;

public sealed class ApiDeleteTests(ApiServerFixture server) : IClassFixture<ApiServerFixture>
{
    [Fact]
    public async Task A_deleted_object_is_gone_and_the_answer_says_which()
    {
        var space = await server.NamespaceAsync();
        var path = $"/api/v1/namespaces/{space}/configmaps/a";
        var created = (await server.PostAsync($"/api/v1/namespaces/{space}/configmaps", Manifests.ConfigMap("a"))).Is(201);
        (await server.DeleteAsync($"{path}?dryRun=All")).Is(200);
        var deleted = (await server.DeleteAsync(path)).Is(200).Json;
        Assert.Equal("Success", deleted["status"]!.ToString());
        Assert.Equal(created.Json["metadata"]!["uid"]!.ToString(), deleted["details"]!["uid"]!.ToString());
        Assert.Equal("configmaps \"a\" not found", (await server.DeleteAsync(path)).Is(404).Message);
    }

    [Fact]
    public async Task Preconditions_must_hold()
    {
        var space = await server.NamespaceAsync();
        var path = $"/api/v1/namespaces/{space}/configmaps/a";
        (await server.PostAsync($"/api/v1/namespaces/{space}/configmaps", Manifests.ConfigMap("a"))).Is(201);
        Assert.Contains("Precondition failed: UID in precondition: x", (await server.DeleteAsync(path, """{"preconditions":{"uid":"x"}}""")).Is(409).Message);
        (await server.DeleteAsync(path, """{"preconditions":{"resourceVersion":"1"}}""")).Is(409);
        (await server.GetAsync(path)).Is(200);
    }

    [Fact]
    public async Task Finalizers_hold_an_object()
    {
        var space = await server.NamespaceAsync();
        var path = $"/api/v1/namespaces/{space}/configmaps/a";
        (await server.PostAsync($"/api/v1/namespaces/{space}/configmaps", """{"metadata":{"name":"a","finalizers":["example.com/hold"]}}""")).Is(201);
        Assert.NotNull((await server.DeleteAsync(path)).Is(200).Json["metadata"]!["deletionTimestamp"]);
        Assert.Contains(
            "no new finalizers can be added if the object is being deleted",
            (await server.MergeAsync(path, """{"metadata":{"finalizers":["example.com/hold","example.com/more"]}}""")).Is(422).Message);
        (await server.MergeAsync(path, """{"metadata":{"finalizers":null}}""")).Is(200);
        (await server.GetAsync(path)).Is(404);
    }

    [Fact]
    public async Task A_pod_on_a_node_waits_for_its_kubelet()
    {
        var space = await server.NamespaceAsync();
        var pods = $"/api/v1/namespaces/{space}/pods";
        (await server.PostAsync(pods, Manifests.Pod("loose"))).Is(201);
        (await server.DeleteAsync($"{pods}/loose")).Is(200);
        (await server.GetAsync($"{pods}/loose")).Is(404);

        (await server.PostAsync(pods, Manifests.Pod("running", "node-1"))).Is(201);
        var dying = (await server.DeleteAsync($"{pods}/running")).Is(200).Json["metadata"]!;
        Assert.Equal(30, (int)dying["deletionGracePeriodSeconds"]!);
        Assert.NotNull(dying["deletionTimestamp"]);
        Assert.Equal(5, (int)(await server.DeleteAsync($"{pods}/running?gracePeriodSeconds=5")).Is(200).Json["metadata"]!["deletionGracePeriodSeconds"]!);
        (await server.DeleteAsync($"{pods}/running", """{"gracePeriodSeconds":0}""")).Is(200);
        (await server.GetAsync($"{pods}/running")).Is(404);
    }

    [Fact]
    public async Task An_eviction_deletes_the_pod()
    {
        var space = await server.NamespaceAsync();
        (await server.PostAsync($"/api/v1/namespaces/{space}/pods", Manifests.Pod("a"))).Is(201);
        (await server.PostAsync(
            $"/api/v1/namespaces/{space}/pods/a/eviction", """{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"a"}}""")).Is(201);
        (await server.GetAsync($"/api/v1/namespaces/{space}/pods/a")).Is(404);
    }

    [Fact]
    public async Task Deletecollection_takes_what_the_selector_passes()
    {
        var space = await server.NamespaceAsync();
        var configMaps = $"/api/v1/namespaces/{space}/configmaps";
        foreach (var (name, app) in ((string, string)[])[("a", "x"), ("b", "x"), ("c", "y")])
            (await server.PostAsync(configMaps, Manifests.Labelled(name, $$"""{"app":"{{app}}"}"""))).Is(201);
        var deleted = (await server.DeleteAsync($"{configMaps}?labelSelector=app%3Dx")).Is(200).Json;
        Assert.Equal(["a", "b"], deleted["items"]!.AsArray().Select(i => i!["metadata"]!["name"]!.ToString()));
        (await server.GetAsync($"{configMaps}/b")).Is(404);
        (await server.GetAsync($"{configMaps}/c")).Is(200);
    }

    [Fact]
    public async Task Dependents_go_after_their_owner()
    {
        var space = await server.NamespaceAsync();
        var (owner, dependent) = await OwnedAsync(space);
        (await server.DeleteAsync(owner)).Is(200);
        (await server.GetAsync(owner)).Is(404);
        await GoneAsync(dependent);
    }

    [Fact]
    public async Task Foreground_deletion_waits_for_dependents()
    {
        var space = await server.NamespaceAsync();
        var (owner, dependent) = await OwnedAsync(space, """["example.com/hold"]""");
        var answer = (await server.DeleteAsync(owner, """{"propagationPolicy":"Foreground"}""")).Is(200).Json;
        Assert.Equal("foregroundDeletion", answer["metadata"]!["finalizers"]![0]!.ToString());
        await Wait.UntilAsync(
            async () => (await server.GetAsync(dependent)).Json["metadata"]!["deletionTimestamp"] is not null, "deletion of the dependent");
        (await server.GetAsync(owner)).Is(200);
        (await server.MergeAsync(dependent, """{"metadata":{"finalizers":null}}""")).Is(200);
        await GoneAsync(dependent);
        await GoneAsync(owner);
    }

    [Fact]
    public async Task Orphans_lose_their_owner_and_stay()
    {
        var space = await server.NamespaceAsync();
        var (owner, dependent) = await OwnedAsync(space);
        (await server.DeleteAsync(owner, """{"propagationPolicy":"Orphan"}""")).Is(200);
        await GoneAsync(owner);
        Assert.Null((await server.GetAsync(dependent)).Is(200).Json["metadata"]!["ownerReferences"]);
    }

    [Fact]
    public async Task An_object_with_an_owner_that_never_was_is_garbage()
    {
        var space = await server.NamespaceAsync();
        var owner = Manifests.Owner("ConfigMap", "none", Guid.NewGuid().ToString());
        (await server.PostAsync($"/api/v1/namespaces/{space}/configmaps", $$$"""{"metadata":{"name":"a","ownerReferences":[{{{owner}}}]}}""")).Is(201);
        await GoneAsync($"/api/v1/namespaces/{space}/configmaps/a");
    }

    [Fact]
    public async Task A_namespace_takes_its_content_along()
    {
        var space = await server.NamespaceAsync();
        var held = $"/api/v1/namespaces/{space}/configmaps/held";
        (await server.PostAsync($"/api/v1/namespaces/{space}/configmaps", """{"metadata":{"name":"held","finalizers":["example.com/hold"]}}""")).Is(201);
        (await server.PostAsync($"/api/v1/namespaces/{space}/services", Manifests.Service("web"))).Is(201);
        var deleting = (await server.DeleteAsync($"/api/v1/namespaces/{space}")).Is(200).Json;
        Assert.Equal("Terminating", deleting["status"]!["phase"]!.ToString());

        var refused = (await server.PostAsync($"/api/v1/namespaces/{space}/configmaps", Manifests.ConfigMap("late"))).Is(403);
        Assert.Equal(
            $"configmaps \"late\" is forbidden: unable to create new content in namespace {space} because it is being terminated",
            refused.Message);
        Assert.Equal("NamespaceTerminating", refused.Json["details"]!["causes"]![0]!["reason"]!.ToString());
        await GoneAsync($"/api/v1/namespaces/{space}/services/web");
        (await server.GetAsync($"/api/v1/namespaces/{space}")).Is(200);
        (await server.MergeAsync(held, """{"metadata":{"finalizers":null}}""")).Is(200);
        await GoneAsync($"/api/v1/namespaces/{space}");
    }

    [Fact]
    public async Task Built_in_namespaces_stay_and_every_namespace_is_furnished()
    {
        Assert.Equal(
            "namespaces \"default\" is forbidden: this namespace may not be deleted",
            (await server.DeleteAsync("/api/v1/namespaces/default")).Is(403).Message);
        var space = await server.NamespaceAsync();
        await Wait.UntilAsync(
            async () => (await server.GetAsync($"/api/v1/namespaces/{space}/serviceaccounts/default")).Code == 200,
            "default service account");
        await Wait.UntilAsync(
            async () => (await server.GetAsync($"/api/v1/namespaces/{space}/configmaps/kube-root-ca.crt")).Code == 200, "root certificate");
        var label =
            (await server.GetAsync($"/api/v1/namespaces/{space}")).Json["metadata"]!["labels"]!["kubernetes.io/metadata.name"]!.ToString();
        Assert.Equal(space, label);
    }

    private Task GoneAsync(string path) => Wait.UntilAsync(async () => (await server.GetAsync(path)).Code == 404, $"end of {path}");

    private async Task<(string Owner, string Dependent)> OwnedAsync(string space, string finalizers = "[]")
    {
        var configMaps = $"/api/v1/namespaces/{space}/configmaps";
        var owner = (await server.PostAsync(configMaps, Manifests.ConfigMap("owner"))).Is(201).Json;
        var reference = Manifests.Owner("ConfigMap", "owner", owner["metadata"]!["uid"]!.ToString(), blocks: true);
        var dependent = JsonNode.Parse($$$"""{"metadata":{"name":"dependent","finalizers":{{{finalizers}}},"ownerReferences":[{{{reference}}}]}}""")!;
        (await server.PostAsync(configMaps, dependent.ToJsonString())).Is(201);
        return ($"{configMaps}/owner", $"{configMaps}/dependent");
    }
}
