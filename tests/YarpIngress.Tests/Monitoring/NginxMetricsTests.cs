using YarpIngress.Controller;
using YarpIngress.Tests.Dashboard;

namespace YarpIngress.Tests.Monitoring;

/// <summary>Dashboards and alerts that were made for ingress-nginx find what they ask for.</summary>
public sealed class NginxMetricsTests
{
    private const string Prefix = "nginx_ingress_controller_";

    private static IEnumerable<string[]> Known =>
        File.ReadLines(Path.Combine(MonitoringFiles.Repository, "tests", "YarpIngress.Tests", "Monitoring", "ingress-nginx-metrics.tsv"))
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split('\t'));

    [Fact]
    public async Task Names_types_and_labels_are_those_of_ingress_nginx()
    {
        await using var cluster = await DashboardCluster.StartAsync(options => options with { MetricsNginxNames = true });
        await cluster.SendAsync(5);
        var metrics = cluster.Controller.Metrics;
        foreach (var known in Known)
        {
            var metric = metrics.Metrics.SingleOrDefault(metric => metric.Name == Prefix + known[0]);
            Assert.True(
                metric is null == known.Length > 3, $"{known[0]} {(metric is null ? "is missing" : "is there, and said not to be")}");
            if (metric is null)
                continue;
            IReadOnlyList<string> labels = [.. metric.HasConstantLabels ? metrics.ConstantLabelNames : [], .. metric.LabelNames];
            Assert.Equal((known[0], known[1]), (known[0], metric.Type));
            Assert.Equal(known[2].Split(',').Order(), labels.Order());
        }
    }

    [Fact]
    public async Task Series_carry_the_labels_that_their_metric_says()
    {
        await using var cluster = await DashboardCluster.StartAsync();
        await cluster.SendAsync(5);
        await Wait.UntilAsync(
            async () => (await SeriesAsync(cluster.Controller)).Any(name => name.StartsWith("yarp_ingress_controller_requests{")),
            "requests");
        var metrics = cluster.Controller.Metrics;
        foreach (var series in await SeriesAsync(cluster.Controller))
        {
            var name = series.Split('{', ' ')[0];
            var metric = metrics.Metrics.SingleOrDefault(metric => name == metric.Name
                || (metric.Type == "histogram" && name.StartsWith(metric.Name + "_", StringComparison.Ordinal) && name[metric.Name.Length..] is "_bucket" or "_sum" or "_count"));
            Assert.True(metric is not null, name);
            IReadOnlyList<string> labels = [.. metric.HasConstantLabels ? metrics.ConstantLabelNames : [], .. metric.LabelNames];
            foreach (var label in labels)
                Assert.Contains($"{label}=\"", series, StringComparison.Ordinal);
        }
    }

    private static async Task<string[]> SeriesAsync(IngressController controller)
    {
        using var client = new HttpClient();
        var text = await client.GetStringAsync(
            new Uri($"http://127.0.0.1:{controller.AdminPort}/metrics"), TestContext.Current.CancellationToken);
        return [.. text.Split('\n').Where(line => line.Length > 0 && line[0] != '#')];
    }
}
