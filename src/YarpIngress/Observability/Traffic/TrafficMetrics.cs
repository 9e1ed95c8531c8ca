using YarpIngress.Observability.Metrics;

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
    }

    private sealed class Family(TrafficTable table, TrafficHistogram? histogram, string name, string help, string type) : IMetric
    {
        public string Name => name;

        public string Help => help;

        public string Type => type;

        public IReadOnlyList<string> LabelNames { get; } = table.PerHost ? [.. Labels, "host"] : Labels;

        public bool HasConstantLabels => true;

        public async ValueTask WriteAsync(ExpositionWriter writer, CancellationToken ct)
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

        private void Write(ExpositionWriter writer, RouteLabels route, RequestSeries series, long[] cells)
        {
            var labels = writer.Labels()
                .Add("status", series.Status)
                .Add("method", series.Method)
                .Add("path", route.Path)
                .Add("namespace", route.Namespace)
                .Add("ingress", route.Ingress)
                .Add("service", route.Service)
                .Add("canary", "");
            if (table.PerHost)
                labels.Add("host", route.Host);
            if (histogram is null)
            {
                writer.Sample(labels, cells[0]);
                return;
            }
            var hasExemplars = ReferenceEquals(histogram, table.Layout.RequestDuration);
            var counts = cells.AsSpan(histogram.Start, histogram.Length);
            var cumulative = 0L;
            for (var i = 0; i <= histogram.Bounds.Length; i++)
            {
                cumulative += counts[i];
                var bound = i < histogram.Bounds.Length ? histogram.Bounds[i] : double.PositiveInfinity;
                writer.Bucket(labels, bound, cumulative, hasExemplars ? series.ExemplarOf(i) : default);
            }
            writer.Sample(labels, counts[^1] / histogram.Unit, "_sum");
            writer.Sample(labels, cumulative, "_count");
        }
    }
}
