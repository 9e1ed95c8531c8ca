using YarpIngress.Observability.Metrics;
using YarpIngress.Pipeline.Metrics;
using YarpIngress.Pipeline.OutputCache;

namespace YarpIngress.Observability.Traffic;

/// <summary>Publishes the counts of <see cref="TrafficTable"/> under ingress-nginx's names and labels.</summary>
internal static class TrafficMetrics
{
    private static readonly string[] Labels = ["status", "method", "path", "namespace", "ingress", "service", "canary"];

    /// <summary>Adds the metrics of requests.</summary>
    public static void AddTraffic(this MetricRegistry registry, TrafficTable table)
    {
        if (table.Layout.HasRequests)
            registry.Add(new Family(table, null, registry.Prefix + "requests", "The total number of client requests.", "counter"));
        foreach (var histogram in table.Layout.Histograms)
            registry.Add(new Family(table, histogram, registry.Prefix + histogram.Name, histogram.Help, "histogram"));
        string[] route = ["path", "namespace", "ingress", "service", .. table.PerHost ? ["host"] : Array.Empty<string>()];
        registry.Add(new ReadMetric(
            registry.Prefix + "upstream_retries_total", "Attempts to have another pod serve a request after the first.",
            "counter", route, hasConstantLabels: true,
            () => table.Routes.Where(traffic => traffic.Retries > 0)
                .Select(traffic => new ReadMetric.Sample(traffic.Retries, Of(table, traffic.Labels)))));
        registry.Add(new ReadMetric(
            registry.Prefix + "rejected_requests_total", "Requests that were refused, by the policy that did it.",
            "counter", ["policy", .. route], hasConstantLabels: true,
            () => table.Routes.SelectMany(traffic => Rejections(table, traffic))));
        registry.Add(new ReadMetric(
            registry.Prefix + "output_cache_requests_total",
            "Requests to routes with an output-cache-policy: hit from memory, shared with one that came before and was waited for, miss "
            + "that a pod was asked for, bypass where nobody else may have the answer.",
            "counter", ["result", .. route], hasConstantLabels: true,
            () => table.Routes.SelectMany(traffic => CacheUses(table, traffic))));
    }

    /// <summary>Adds the metrics of the memory that output caches share.</summary>
    public static void AddOutputCache(this MetricRegistry registry, AnswerStore answers)
    {
        registry.ReadGauge("output_cache_answers", "Answers that output caches keep.", () => answers.Count);
        registry.ReadGauge("output_cache_bytes", "Memory that these answers take.", () => answers.Bytes);
        registry.ReadGauge(
            "output_cache_waiting_requests", "Requests that wait for an answer that another one fetches from a pod.",
            () => answers.Waiting);
    }

    private static IEnumerable<ReadMetric.Sample> CacheUses(TrafficTable table, RouteTraffic traffic)
    {
        for (var use = CacheUse.None + 1; (int)use < CacheUseLabel.Count; use++)
            if (traffic.CacheUses(use) is > 0 and var count)
                yield return new(count, [CacheUseLabel.Of(use), .. Of(table, traffic.Labels)]);
    }

    private static IEnumerable<ReadMetric.Sample> Rejections(TrafficTable table, RouteTraffic traffic)
    {
        for (var by = Rejection.None + 1; (int)by < RejectionLabel.Count; by++)
            if (traffic.Rejected(by) is > 0 and var count)
                yield return new(count, [RejectionLabel.Of(by), .. Of(table, traffic.Labels)]);
    }

    private static string[] Of(TrafficTable table, RouteLabels labels) =>
    [
        labels.Path, labels.Namespace, labels.Ingress, labels.Service, .. table.PerHost ? [labels.Host] : Array.Empty<string>(),
    ];

    private sealed class Family(TrafficTable table, TrafficHistogram? histogram, string name, string help, string type) : IMetric
    {
        public string Name => name;

        public string Help => help;

        public string Type => type;

        public IReadOnlyList<string> LabelNames { get; } = table.PerHost ? [.. Labels, "host"] : Labels;

        public bool HasConstantLabels => true;

        public async ValueTask WriteAsync(MetricWriter writer, CancellationToken ct)
        {
            writer.Begin(this);
            var cells = new long[table.Layout.Cells];
            foreach (var route in table.All)
            {
                foreach (var series in route.Series)
                {
                    series.Read(cells);
                    Write(writer, route.Labels, series, cells);
                    if (writer.IsFull)
                        await writer.FlushAsync(ct);
                }
            }
        }

        private void Write(MetricWriter writer, RouteLabels route, RequestSeries series, long[] cells)
        {
            var labels = writer.Labels()
                .Add("status", series.Status)
                .Add("method", series.Method)
                .Add("path", route.Path)
                .Add("namespace", route.Namespace)
                .Add("ingress", route.Ingress)
                .Add("service", route.Service)
                .Add("canary", route.Canary);
            if (table.PerHost)
                labels.Add("host", route.Host);
            if (histogram is null)
            {
                writer.Sample(labels, cells[0]);
                return;
            }
            var hasExemplars = ReferenceEquals(histogram, table.Layout.RequestDuration);
            var counts = cells.AsSpan(histogram.Start, histogram.Length);
            writer.Histogram(
                labels, histogram.Bounds, counts[..^1], counts[^1] / histogram.Unit, hasExemplars ? series.ExemplarOf : null);
        }
    }
}
