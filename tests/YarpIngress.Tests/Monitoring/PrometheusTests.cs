using YarpIngress.Tests.Dashboard;

namespace YarpIngress.Tests.Monitoring;

public sealed class PrometheusTests
{
    [Fact]
    public async Task The_exposition_has_nothing_that_promtool_objects_to()
    {
        await using var cluster = await DashboardCluster.StartAsync();
        await cluster.SendAsync(20);
        var (_, metrics) = await cluster.Bed.AdminAsync(cluster.Controller, "/metrics");
        var (code, output) = await PrometheusTool.RunAsync(metrics, MonitoringFiles.Directory, "check", "metrics");
        // Names that ingress-nginx chose and dashboards ask for: counters without _total, a gauge called _total.
        Assert.True(code is 0 or 3, output);
        Assert.DoesNotContain("error while linting", output);
    }

    [Fact]
    public async Task Rules_are_evaluated_on_what_a_controller_really_exposes()
    {
        await using var cluster = await DashboardCluster.StartAsync();
        await using var prometheus = await PrometheusServer.StartAsync(cluster.Controller.AdminPort);
        // Before the first scrape nothing is known of the controller, which is an alert of its own.
        await Wait.ForAsync(
            async () => (await prometheus.QueryAsync("ALERTS")).Select(alert => alert.Labels["alertname"]).Distinct().ToArray(),
            alerts => alerts.Contains("YarpIngressNoEndpoints") && !alerts.Contains("YarpIngressDown")
                && !alerts.Contains("YarpIngressWatchDown"),
            "alert of the Service without endpoints, and none of the controller");
        await prometheus.UntilAsync("yarp_ingress_controller_ingresses", 4);
        await prometheus.UntilAsync("count(yarp_ingress_controller_api_up == 0) or vector(0)", 0);
    }
}
