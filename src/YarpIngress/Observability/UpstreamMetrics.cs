using YarpIngress.Observability.Metrics;
using YarpIngress.Pipeline.Forwarding.Http1;

namespace YarpIngress.Observability;

/// <summary>The connections to pods that speak HTTP/1.1 in clear, which is nearly all of them.</summary>
internal static class UpstreamMetrics
{
    /// <summary>Adds them.</summary>
    public static void AddUpstreams(this MetricRegistry registry, ConnectionPools pools)
    {
        registry.Add(new ReadMetric(
            registry.Prefix + "upstream_connections",
            "Open connections to pods over plain HTTP/1.1: active while a request is on them, or idle.",
            "gauge", ["state"], hasConstantLabels: true,
            () =>
            {
                var (open, idle) = pools.Connections();
                return [new(open - idle, "active"), new(idle, "idle")];
            }));
        registry.ReadCounter(
            "upstream_connections_opened_total", "Connections to pods over plain HTTP/1.1 that were made.", () => pools.Opened);
        registry.ReadCounter(
            "upstream_connect_failures_total", "Connections to pods over plain HTTP/1.1 that were refused or not made in time.",
            () => pools.Failed);
    }
}
