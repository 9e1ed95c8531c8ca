using YarpIngress.Kubernetes;
using YarpIngress.Observability.Metrics;

namespace YarpIngress.Observability;

/// <summary>How the API server answers.</summary>
internal static class ApiMetrics
{
    /// <summary>Adds them.</summary>
    public static void AddApiErrors(this MetricRegistry registry, ApiErrorCounts errors) =>
        registry.Add(new ReadMetric(
            registry.Prefix + "api_errors_total",
            "Requests to the API server that failed: code is the status of its answer, or why there was none.",
            "counter", ["verb", "code"], hasConstantLabels: true,
            () => errors.All.Select(error => new ReadMetric.Sample(error.Count, error.Verb, error.Code))));
}
