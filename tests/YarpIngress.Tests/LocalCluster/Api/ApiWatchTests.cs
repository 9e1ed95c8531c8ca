namespace YarpIngress.Tests.LocalCluster.Api;

public sealed class ApiWatchTests(ApiServerFixture server) : IClassFixture<ApiServerFixture>
{
    [Fact]
    public async Task A_watch_goes_on_where_the_list_ended()
    {
        var configMaps = await SpaceAsync();
        var version = (await server.GetAsync(configMaps)).Version;
        (await server.PostAsync(configMaps, Manifests.ConfigMap("before"))).Is(201);
        // Without the one that every namespace gets when housekeeping comes to it.
        using var watch = await server.WatchAsync(
            $"{configMaps}?watch=true&resourceVersion={version}&fieldSelector=metadata.name!%3Dkube-root-ca.crt");
        Assert.Equal("ADDED before", await watch.NextAsync());
        (await server.MergeAsync($"{configMaps}/before", """{"data":{"key":"2"}}""")).Is(200);
        var (type, value) = await watch.ReadAsync() ?? default;
        Assert.Equal("MODIFIED", type);
        Assert.Equal("2", value["data"]!["key"]!.ToString());
        Assert.Equal("ConfigMap", value["kind"]!.ToString());
        var last = value["metadata"]!["resourceVersion"]!.ToString();
        (await server.DeleteAsync($"{configMaps}/before")).Is(200);
        (type, value) = await watch.ReadAsync() ?? default;
        Assert.Equal("DELETED", type);
        Assert.True(long.Parse(value["metadata"]!["resourceVersion"]!.ToString()) > long.Parse(last));
    }

    [Theory]
    [InlineData("")]
    [InlineData("&resourceVersion=0")]
    public async Task Without_a_version_what_is_there_comes_first(string query)
    {
        var configMaps = await SpaceAsync();
        (await server.PostAsync(configMaps, Manifests.Labelled("a", """{"mine":""}"""))).Is(201);
        using var watch = await server.WatchAsync($"{configMaps}?watch=1&labelSelector=mine{query}");
        Assert.Equal("ADDED a", await watch.NextAsync());
        (await server.PostAsync(configMaps, Manifests.Labelled("b", """{"mine":""}"""))).Is(201);
        Assert.Equal("ADDED b", await watch.NextAsync());
    }

    [Fact]
    public async Task A_streamed_list_ends_with_a_marked_bookmark()
    {
        var configMaps = await SpaceAsync();
        (await server.PostAsync(configMaps, Manifests.Labelled("a", """{"mine":""}"""))).Is(201);
        var version = (await server.GetAsync(configMaps)).Version;
        using var watch = await server.WatchAsync(
            $"{configMaps}?watch=1&labelSelector=mine&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true");
        Assert.Equal("ADDED a", await watch.NextAsync());
        var (type, bookmark) = await watch.ReadAsync() ?? default;
        Assert.Equal("BOOKMARK", type);
        Assert.Equal("true", bookmark["metadata"]!["annotations"]!["k8s.io/initial-events-end"]!.ToString());
        Assert.True(long.Parse(bookmark["metadata"]!["resourceVersion"]!.ToString()) >= long.Parse(version));
        (await server.GetAsync($"{configMaps}?watch=1&sendInitialEvents=true")).Is(422);
    }

    [Fact]
    public async Task A_watch_ends_at_its_timeout_with_a_bookmark_when_they_are_allowed()
    {
        var configMaps = await SpaceAsync();
        var version = (await server.GetAsync(configMaps)).Version;
        using var watch = await server.WatchAsync(
            $"{configMaps}?watch=1&timeoutSeconds=1&allowWatchBookmarks=true&resourceVersion={version}&labelSelector=mine");
        Assert.Equal("BOOKMARK", (await watch.ReadAsync())?.Type);
        Assert.Null(await watch.ReadAsync());
        using var silent = await server.WatchAsync($"{configMaps}?watch=1&timeoutSeconds=1&resourceVersion={version}&labelSelector=mine");
        Assert.Null(await silent.ReadAsync());
    }

    [Fact]
    public async Task Objects_enter_and_leave_a_selection()
    {
        var configMaps = await SpaceAsync();
        var version = (await server.GetAsync(configMaps)).Version;
        using var watch = await server.WatchAsync($"{configMaps}?watch=1&resourceVersion={version}&labelSelector=app%3Dweb");
        (await server.PostAsync(configMaps, Manifests.Labelled("a", """{"app":"db"}"""))).Is(201);
        (await server.MergeAsync($"{configMaps}/a", """{"metadata":{"labels":{"app":"web"}}}""")).Is(200);
        Assert.Equal("ADDED a", await watch.NextAsync());
        (await server.MergeAsync($"{configMaps}/a", """{"data":{"key":"2"}}""")).Is(200);
        Assert.Equal("MODIFIED a", await watch.NextAsync());
        var left = (await server.MergeAsync($"{configMaps}/a", """{"metadata":{"labels":{"app":"db"}}}""")).Is(200);
        var (type, value) = await watch.ReadAsync() ?? default;
        Assert.Equal("DELETED", type);
        Assert.Equal("web", value["metadata"]!["labels"]!["app"]!.ToString());
        Assert.Equal(left.Version, value["metadata"]!["resourceVersion"]!.ToString());
    }

    [Fact]
    public async Task One_object_can_be_watched_by_name()
    {
        var configMaps = await SpaceAsync();
        var version = (await server.GetAsync(configMaps)).Version;
        using var watch = await server.WatchAsync($"{configMaps}/b?watch=1&resourceVersion={version}");
        using var old = await server.WatchAsync(
            $"{configMaps.Replace("/api/v1/", "/api/v1/watch/", StringComparison.Ordinal)}/b?resourceVersion={version}");
        (await server.PostAsync(configMaps, Manifests.ConfigMap("a"))).Is(201);
        (await server.PostAsync(configMaps, Manifests.ConfigMap("b"))).Is(201);
        Assert.Equal("ADDED b", await watch.NextAsync());
        Assert.Equal("ADDED b", await old.NextAsync());
    }

    [Fact]
    public async Task Rows_of_a_table_come_with_columns_once()
    {
        var configMaps = await SpaceAsync();
        var version = (await server.GetAsync(configMaps)).Version;
        using var watch = await server.WatchAsync(
            $"{configMaps}?watch=1&resourceVersion={version}&labelSelector=mine", "application/json;as=Table;v=v1;g=meta.k8s.io");
        (await server.PostAsync(configMaps, Manifests.Labelled("a", """{"mine":""}"""))).Is(201);
        (await server.PostAsync(configMaps, Manifests.Labelled("b", """{"mine":""}"""))).Is(201);
        var (_, first) = await watch.ReadAsync() ?? default;
        Assert.Equal(["Name", "Data", "Age"], first["columnDefinitions"]!.AsArray().Select(c => c!["name"]!.ToString()));
        Assert.Equal("a", first["rows"]![0]!["cells"]![0]!.ToString());
        var (_, second) = await watch.ReadAsync() ?? default;
        Assert.Null(second["columnDefinitions"]);
        Assert.Equal("b", second["rows"]![0]!["object"]!["metadata"]!["name"]!.ToString());
    }

    [Fact]
    public async Task A_version_from_before_the_compaction_is_expired_and_open_watches_go_on()
    {
        await using var own = new OwnServer();
        await own.StartAsync();
        var configMaps = "/api/v1/namespaces/default/configmaps";
        var version = (await own.Server.GetAsync(configMaps)).Version;
        using var open = await own.Server.WatchAsync($"{configMaps}?watch=1&resourceVersion={version}&labelSelector=mine");
        (await own.Server.PostAsync(configMaps, Manifests.Labelled("a", """{"mine":""}"""))).Is(201);
        Assert.Equal("ADDED a", await open.NextAsync());
        await own.Server.Host.CompactAsync();

        using var late = await own.Server.WatchAsync($"{configMaps}?watch=1&resourceVersion={version}");
        var (type, status) = await late.ReadAsync() ?? default;
        Assert.Equal("ERROR", type);
        Assert.Equal(410, (int)status["code"]!);
        Assert.Equal("Expired", status["reason"]!.ToString());
        Assert.StartsWith($"too old resource version: {version} (", status["message"]!.ToString());
        Assert.Null(await late.ReadAsync());

        (await own.Server.PostAsync(configMaps, Manifests.Labelled("b", """{"mine":""}"""))).Is(201);
        Assert.Equal("ADDED b", await open.NextAsync());
    }

    private async Task<string> SpaceAsync() => $"/api/v1/namespaces/{await server.NamespaceAsync()}/configmaps";
}
