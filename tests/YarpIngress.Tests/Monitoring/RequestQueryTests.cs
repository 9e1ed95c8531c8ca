using YarpIngress.Kubernetes.Models;
using YarpIngress.Tests.Dashboard;

namespace YarpIngress.Tests.Monitoring;

public sealed class RequestQueryTests
{
    private const string Requests = "yarp_ingress_controller_requests";
    private const string Duration = "yarp_ingress_controller_request_duration_seconds";

    // As ingress-nginx has them, and what Prometheus adds.
    private static readonly string[] Labels =
    [
        "__name__", "canary", "controller_class", "controller_namespace", "controller_pod", "host", "ingress", "instance", "job",
        "method", "namespace", "path", "service", "status",
    ];

    [Fact]
    public async Task Queries_return_what_was_sent()
    {
        await using var cluster = await DashboardCluster.StartAsync();
        await using var prometheus = await PrometheusServer.StartAsync(cluster.Controller.AdminPort);
        await cluster.SendAsync(1000);

        const string shop = "{namespace=\"default\",ingress=\"shop\"}";
        await prometheus.UntilAsync($"sum({Requests}{shop})", 1000);
        foreach (var (status, sent) in (IEnumerable<(int, int)>)[(200, 800), (410, 100), (500, 100)])
            await prometheus.UntilAsync($"{Requests}{{ingress=\"shop\",status=\"{status}\"}}", sent);

        await prometheus.UntilAsync($"sum({Duration}_count{shop})", 1000);
        await prometheus.UntilAsync($"sum({Duration}_bucket{{ingress=\"shop\",le=\"+Inf\"}})", 1000);
        // Each request lies between its bucket's bounds, so their sum does between the sums of bounds.
        var buckets = await Wait.ForAsync(
            () => prometheus.QueryAsync($"sum by (le) ({Duration}_bucket{{ingress=\"shop\",le!=\"+Inf\"}})"), found => found.Count > 0,
            "buckets");
        var bounds = buckets.Select(
            sample => (Bound: double.Parse(sample.Labels["le"], System.Globalization.CultureInfo.InvariantCulture), Count: sample.Value))
            .OrderBy(bucket => bucket.Bound).ToArray();
        var (least, most, below, lower) = (0d, 0d, 0d, 0d);
        foreach (var (bound, count) in bounds)
        {
            least += lower * (count - below);
            most += bound * (count - below);
            (below, lower) = (count, bound);
        }
        var sum = await Wait.ForAsync(
            () => prometheus.ValueAsync($"sum({Duration}_sum{shop})"), value => value is not null, "sum of times");
        Assert.InRange(sum ?? -1, least, 1000 == (int)below ? most : double.MaxValue);

        var series = await Wait.ForAsync(() => prometheus.QueryAsync($"{Requests}{shop}"), found => found.Count > 0, "series");
        Assert.All(series, sample => Assert.Equal(Labels, sample.Labels.Keys.Append("canary").Distinct().Order(StringComparer.Ordinal)));
        Assert.All(series, sample => Assert.Equal(("web", "/", "GET", "shop.example.com"),
            (sample.Labels["service"], sample.Labels["path"], sample.Labels["method"], sample.Labels["host"])));
    }

    [Fact]
    public async Task A_deleted_Ingress_is_gone_from_the_next_scrape()
    {
        await using var cluster = await DashboardCluster.StartAsync();
        await using var prometheus = await PrometheusServer.StartAsync(cluster.Controller.AdminPort);
        await cluster.SendAsync(10);
        await cluster.Bed.GetAsync(cluster.Controller, "blog.example.com");
        foreach (var ingress in (string[])["shop", "blog"])
            await Wait.ForAsync(
                () => prometheus.ValueAsync($"count({Requests}{{ingress=\"{ingress}\"}})"), value => value > 0, $"series of {ingress}");

        await cluster.Bed.Api.DeleteAsync<V1Ingress>("default", "blog", TestContext.Current.CancellationToken);
        await Wait.ForAsync(
            () => prometheus.QueryAsync($"{{__name__=~\"{Requests}|{Duration}.*\",ingress=\"blog\"}}"), found => found.Count == 0,
            "series of blog gone");
        await Wait.ForAsync(() => prometheus.ValueAsync($"count({Requests}{{ingress=\"shop\"}})"), count => count > 0, "series of shop");
    }
}
