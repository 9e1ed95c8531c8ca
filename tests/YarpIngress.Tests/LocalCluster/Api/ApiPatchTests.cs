namespace YarpIngress.Tests.LocalCluster.Api;

public sealed class ApiPatchTests(ApiServerFixture server) : IClassFixture<ApiServerFixture>
{
    private const string Apply = "application/apply-patch+yaml";

    [Fact]
    public async Task Each_kind_of_patch_is_read_its_own_way()
    {
        var space = await server.NamespaceAsync();
        var path = $"/api/v1/namespaces/{space}/services/web";
        (await server.PostAsync($"/api/v1/namespaces/{space}/services", Manifests.Service("web", """{"ports":[{"name":"a","port":80}]}"""))).Is(201);

        var strategic = await PatchAsync(path, """{"spec":{"ports":[{"name":"b","port":81}]}}""", "application/strategic-merge-patch+json");
        Assert.Equal(2, strategic.Is(200).Json["spec"]!["ports"]!.AsArray().Count);
        var json = await PatchAsync(path, """[{"op":"remove","path":"/spec/ports/0"}]""", "application/json-patch+json");
        Assert.Single(json.Is(200).Json["spec"]!["ports"]!.AsArray());
        var merge = await PatchAsync(path, """{"spec":{"ports":[{"name":"c","port":82}]}}""", "application/merge-patch+json");
        Assert.Equal(82, (int)merge.Is(200).Json["spec"]!["ports"]!.AsArray().Single()!["port"]!);
    }

    [Fact]
    public async Task A_patch_that_cannot_be_applied_or_read_is_refused()
    {
        var space = await server.NamespaceAsync();
        var path = $"/api/v1/namespaces/{space}/configmaps/a";
        (await server.PostAsync($"/api/v1/namespaces/{space}/configmaps", Manifests.ConfigMap("a"))).Is(201);
        Assert.Equal("Invalid", (await PatchAsync(path, """[{"op":"remove","path":"/data/none"}]""", "application/json-patch+json")).Is(422).Reason);
        (await PatchAsync(path, "{", "application/merge-patch+json")).Is(400);
        var unknown = (await PatchAsync(path, "{}", "text/plain")).Is(415);
        Assert.Equal("UnsupportedMediaType", unknown.Reason);
        (await PatchAsync($"/api/v1/namespaces/{space}/configmaps/b", "{}", "application/merge-patch+json")).Is(404);
    }

    [Fact]
    public async Task A_patch_with_an_old_version_conflicts()
    {
        var space = await server.NamespaceAsync();
        (await server.PostAsync($"/api/v1/namespaces/{space}/configmaps", Manifests.ConfigMap("a"))).Is(201);
        Assert.Equal("Conflict", (await server.MergeAsync(
            $"/api/v1/namespaces/{space}/configmaps/a", """{"metadata":{"resourceVersion":"1"},"data":{"key":"2"}}""")).Is(409).Reason);
    }

    [Fact]
    public async Task Server_side_apply_creates_conflicts_and_takes_over()
    {
        var space = await server.NamespaceAsync();
        var path = $"/api/v1/namespaces/{space}/configmaps/a";
        const string body = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  key: \"1\"\n";
        Assert.Contains("fieldManager: Required value", (await PatchAsync(path, body, Apply)).Is(422).Message);
        var created = (await PatchAsync($"{path}?fieldManager=one", body, Apply)).Is(201);
        Assert.Equal("Apply", created.Json["metadata"]!["managedFields"]![0]!["operation"]!.ToString());
        Assert.Equal(created.Version, (await PatchAsync($"{path}?fieldManager=one", body, Apply)).Is(200).Version);

        var other = body.Replace("\"1\"", "\"2\"", StringComparison.Ordinal);
        var conflict = (await PatchAsync($"{path}?fieldManager=two", other, Apply)).Is(409);
        Assert.StartsWith("Apply failed with 1 conflict: conflict with \"one\"", conflict.Message);
        Assert.Equal("FieldManagerConflict", conflict.Json["details"]!["causes"]![0]!["reason"]!.ToString());
        Assert.Equal("2", (await PatchAsync($"{path}?fieldManager=two&force=true", other, Apply)).Is(200).Json["data"]!["key"]!.ToString());
    }

    [Fact]
    public async Task Plain_writes_leave_their_mark_in_managed_fields()
    {
        var space = await server.NamespaceAsync();
        var created = (
            await server.PostAsync($"/api/v1/namespaces/{space}/configmaps?fieldManager=maker", Manifests.ConfigMap("a"))).Is(201);
        var entry = created.Json["metadata"]!["managedFields"]!.AsArray().Single()!;
        Assert.Equal("maker", entry["manager"]!.ToString());
        Assert.Equal("Update", entry["operation"]!.ToString());
        Assert.NotNull(entry["fieldsV1"]!["f:data"]!["f:key"]);
    }

    private Task<Answer> PatchAsync(string path, string body, string contentType) =>
        server.SendAsync(HttpMethod.Patch, path, body, contentType);
}
