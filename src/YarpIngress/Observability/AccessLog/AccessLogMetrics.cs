using YarpIngress.Observability.Metrics;

namespace YarpIngress.Observability.AccessLog;

/// <summary>Publishes what became of the access log's lines.</summary>
internal static class AccessLogMetrics
{
    /// <summary>Adds them.</summary>
    public static void AddAccessLog(this MetricRegistry registry, AccessLogger log)
    {
        registry.ReadCounter("access_log_lines_total", "Lines of the access log that were written.", () => log.Counts.Written);
        registry.ReadCounter(
            "access_log_dropped_lines_total", "Lines of the access log that were dropped since its output was too slow.",
            () => log.Counts.Dropped);
        registry.ReadCounter(
            "access_log_failed_lines_total", "Lines of the access log that its output did not take.", () => log.Counts.Failed);
    }
}
