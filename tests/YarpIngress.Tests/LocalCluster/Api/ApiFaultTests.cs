using YarpIngress.LocalCluster.Discovery;

namespace YarpIngress.Tests.LocalCluster.Api;

public sealed class ApiFaultTests
{
    private const string ConfigMaps = "/api/v1/namespaces/default/configmaps";

    [Fact]
    public async Task Its_own_namespaces_are_complete_from_the_start()
    {
        await using var own = await StartAsync();
        foreach (var keepState in (bool[])[true, false])
        {
            foreach (var name in (string[])["default", "kube-system", "kube-public", "kube-node-lease"])
            {
                Assert.NotNull(own.Server.Host.Operations.Find(ResourceCatalog.ServiceAccounts, name, "default"));
                Assert.NotNull(own.Server.Host.Operations.Find(ResourceCatalog.ConfigMaps, name, "kube-root-ca.crt"));
            }

            await own.Server.Host.RestartAsync(keepState, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task A_restart_keeps_port_objects_and_credentials()
    {
        await using var own = await StartAsync();
        var port = own.Server.Host.Port;
        (await own.Server.PostAsync(ConfigMaps, Manifests.ConfigMap("a"))).Is(201);
        var version = (await own.Server.GetAsync(ConfigMaps)).Version;
        using var watch = await own.Server.WatchAsync($"{ConfigMaps}?watch=1&resourceVersion={version}");
        await own.Server.Host.RestartAsync(keepState: true, TestContext.Current.CancellationToken);

        Assert.True(await watch.HasEndedAsync());
        Assert.Equal(port, own.Server.Host.Port);
        (await own.Server.GetAsync($"{ConfigMaps}/a")).Is(200);
        using var resumed = await own.Server.WatchAsync($"{ConfigMaps}?watch=1&resourceVersion={version}");
        (await own.Server.PostAsync(ConfigMaps, Manifests.ConfigMap("b"))).Is(201);
        Assert.Equal("ADDED b", await resumed.NextAsync());
    }

    [Fact]
    public async Task A_restart_without_state_is_a_new_cluster_that_knows_no_old_version()
    {
        await using var own = await StartAsync();
        (await own.Server.PostAsync(ConfigMaps, Manifests.ConfigMap("a"))).Is(201);
        var version = (await own.Server.GetAsync(ConfigMaps)).Version;
        await own.Server.Host.RestartAsync(keepState: false, TestContext.Current.CancellationToken);

        (await own.Server.GetAsync($"{ConfigMaps}/a")).Is(404);
        (await own.Server.GetAsync("/api/v1/namespaces/default/services/kubernetes")).Is(200);
        using var watch = await own.Server.WatchAsync($"{ConfigMaps}?watch=1&resourceVersion={version}");
        Assert.Equal(410, (int)(await watch.ReadAsync())!.Value.Object["code"]!);
    }

    [Fact]
    public async Task A_stopped_server_refuses_connections_until_it_starts_again()
    {
        await using var own = await StartAsync();
        var cancel = TestContext.Current.CancellationToken;
        await own.Server.Host.StopAsync(cancel);
        await Assert.ThrowsAsync<HttpRequestException>(() => own.Server.GetAsync(ConfigMaps));
        Assert.False(own.Server.Host.IsRunning);
        await own.Server.Host.StartAsync(cancel);
        (await own.Server.GetAsync(ConfigMaps)).Is(200);
    }

    [Fact]
    public async Task Dropped_watches_break_off_in_the_middle()
    {
        await using var own = await StartAsync();
        var version = (await own.Server.GetAsync(ConfigMaps)).Version;
        using var watch = await own.Server.WatchAsync($"{ConfigMaps}?watch=1&resourceVersion={version}");
        own.Server.Host.DropWatches();
        await Assert.ThrowsAnyAsync<IOException>(() => watch.ReadAsync());
        (await own.Server.GetAsync(ConfigMaps)).Is(200);
    }

    private static async Task<OwnServer> StartAsync()
    {
        var own = new OwnServer();
        await own.StartAsync();
        return own;
    }
}
