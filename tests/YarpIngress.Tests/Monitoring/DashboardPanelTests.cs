using YarpIngress.Tests.Dashboard;

namespace YarpIngress.Tests.Monitoring;

/// <summary>The dashboards for Grafana, asked of a real Prometheus that scrapes a gateway with traffic: every panel has data.</summary>
public sealed class DashboardPanelTests
{
    private static readonly string[] Files = ["grafana-overview.json", "grafana-ingress.json"];

    // What has no series while nothing of the kind has happened, in a cluster where nothing has.
    private static readonly string[] MayBeEmpty =
    [
        // Without a limit of memory, without failures of the API server, without further attempts.
        "memory_limit_bytes", "api_errors_total", "upstream_retries_total",
    ];

    [Theory]
    [InlineData("yarp_ingress_controller_")]
    [InlineData("nginx_ingress_controller_")]
    public async Task Every_query_of_the_dashboards_has_data(string prefix)
    {
        await using var cluster = await DashboardCluster.StartAsync(
            options => options with { MetricsNginxNames = prefix.StartsWith("nginx", StringComparison.Ordinal) });
        await using var prometheus = await PrometheusServer.StartAsync(cluster.Controller.AdminPort);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        // Rates are of what changes from one scrape to the next, so clients go on asking.
        var traffic = KeepAskingAsync(cluster, ended.Token);
        var queries = Files.SelectMany(DashboardPanel.Of)
            .Concat(Files.SelectMany(DashboardPanel.VariableQueries).Select(query => new DashboardPanel("variable", query)))
            .Select(panel => panel with { Query = panel.Query.Replace("yarp_ingress_controller_", prefix, StringComparison.Ordinal) })
            .ToArray();
        try
        {
            foreach (var panel in queries)
                if (!MayBeEmpty.Any(panel.Query.Contains))
                    await Wait.ForAsync(() => HasDataAsync(prometheus, panel.Query), data => data, $"{panel.Title}: {panel.Query}");
        }
        finally
        {
            await ended.CancelAsync();
            await traffic;
        }
        foreach (var panel in queries.Where(panel => MayBeEmpty.Any(panel.Query.Contains)))
            Assert.True(await prometheus.IsTakenAsync(panel.Query), panel.Query);
    }

    // A quotient of nothing by nothing is no data.
    private static async Task<bool> HasDataAsync(PrometheusServer prometheus, string query) =>
        (await prometheus.QueryAsync(query)).Any(sample => !double.IsNaN(sample.Value));

    private static async Task KeepAskingAsync(DashboardCluster cluster, CancellationToken ended)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        try
        {
            for (var count = 0; await pause.WaitForNextTickAsync(ended); count++)
            {
                await cluster.SendAsync(10);
                await cluster.SendFailingAsync($"panel-{count}");
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The test has seen what it waits for.
        }
    }
}
