using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Tests.EndToEnd;

/// <summary>
/// The API server goes away, forgets its history or all it knew: traffic never stops, and what is served follows what it says
/// afterwards. Each test has a cluster of its own to break.
/// </summary>
public sealed class ApiServerFaultTests : IAsyncLifetime
{
    private readonly TestCluster _cluster = new() { AlwaysLocal = true };
    private TestNamespace? _namespace;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private TestNamespace Namespace => _namespace!;

    public async ValueTask InitializeAsync()
    {
        await _cluster.InitializeAsync();
        _namespace = await TestNamespace.CreateAsync(_cluster);
        await Namespace.StartAppAsync("app");
        await Namespace.ApplyIngressAsync("app", Namespace.Host("app"), ("Prefix", "/", "app"));
    }

    public async ValueTask DisposeAsync()
    {
        await Namespace.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Traffic_goes_on_while_the_API_server_is_down_and_changes_follow_when_it_is_back()
    {
        await using var traffic = Traffic.Start(_cluster.Gateway, Namespace.Host("app"));
        await _cluster.Local.ApiServer.StopAsync(Cancelled);
        await Wait.ForAsync(ReadyzAsync, text => text.Contains("since", StringComparison.Ordinal), "readyz tells");
        Assert.True(_cluster.Controller.IsReady);
        await traffic.PassAsync(50);

        await StartApiServerAsync();
        await Namespace.ApplyIngressAsync("later", Namespace.Host("later"), ("Prefix", "/", "app"));
        Assert.Empty(await traffic.StopAsync());
    }

    [Fact]
    public async Task A_compacted_history_is_listed_again()
    {
        await using var traffic = Traffic.Start(_cluster.Gateway, Namespace.Host("app"));
        await _cluster.Local.ApiServer.StopAsync(Cancelled);
        await _cluster.Local.ApiServer.CompactAsync();
        await StartApiServerAsync();
        await Namespace.DeleteAsync<V1Ingress>("app");
        await Namespace.ApplyIngressAsync("second", Namespace.Host("second"), ("Prefix", "/", "app"));

        await _cluster.Gateway.UntilAsync(Namespace.Host("app"), "/", answer => answer.Code == 404);
        await traffic.StopAsync();
    }

    [Fact]
    public async Task A_server_that_lost_everything_is_followed()
    {
        await _cluster.Local.ApiServer.RestartAsync(keepState: false, Cancelled);
        await _cluster.Gateway.UntilAsync(Namespace.Host("app"), "/", answer => answer.Code == 404);
        await StartApiServerAsync();

        await _cluster.CreateClassAsync();
        await Namespace.CreateAsync();
        await Namespace.StartAppAsync("app");
        await Namespace.ApplyIngressAsync("app", Namespace.Host("app"), ("Prefix", "/", "app"));
    }

    /// <summary>
    /// Starts it, if it does not run, and waits until the test's own client has noticed: it may hold a connection that is gone.
    /// </summary>
    private async Task StartApiServerAsync()
    {
        await _cluster.Local.ApiServer.StartAsync(Cancelled);
        await Wait.UntilAsync(
            async () =>
            {
                try
                {
                    await _cluster.Api.ListAsync<V1Namespace>(null, null, Cancelled);
                    return true;
                }
                catch (ApiException e) when (e.IsTransient)
                {
                    return false;
                }
            },
            "the API server answers");
    }

    private async Task<string> ReadyzAsync()
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri($"http://127.0.0.1:{_cluster.Controller.AdminPort}/readyz?verbose"), Cancelled);
    }
}
