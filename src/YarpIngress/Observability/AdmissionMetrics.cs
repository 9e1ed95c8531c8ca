using YarpIngress.Observability.Metrics;

namespace YarpIngress.Observability;

/// <summary>Metrics of the admission webhook, under ingress-nginx's names where it has the same thing.</summary>
internal sealed class AdmissionMetrics
{
    private static readonly double[] Seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly Gauge.Series _last;
    private readonly Histogram.Series _took;

    public AdmissionMetrics(MetricRegistry registry)
    {
        var reviews = registry.CreateCounter(
            "admission_reviews_total", "Admission reviews, by what they came to: allowed, warned, refused, or failed.", "result");
        Allowed = reviews.WithLabels("allowed");
        Warned = reviews.WithLabels("warned");
        Refused = reviews.WithLabels("refused");
        Failed = reviews.WithLabels("failed");
        _last = registry.CreateGauge(
            "admission_roundtrip_duration", "How long the last admission review took, in seconds.").WithLabels();
        _took = registry.CreateHistogram(
            "admission_review_seconds", "How long admission reviews took, waiting for their turn included.", Seconds).WithLabels();
    }

    public Counter.Series Allowed { get; }

    public Counter.Series Warned { get; }

    public Counter.Series Refused { get; }

    public Counter.Series Failed { get; }

    public void Took(TimeSpan time)
    {
        _last.Set(time.TotalSeconds);
        _took.Observe(time.TotalSeconds);
    }
}
