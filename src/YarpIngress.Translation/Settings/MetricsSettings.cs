namespace YarpIngress.Translation.Settings;

/// <summary>What the global ConfigMap says of metrics; the collector is that of traces.</summary>
public sealed record MetricsSettings
{
    /// <summary><c>enable-otlp-metrics</c>, a key of ours: whether metrics are sent to the collector, beside being scraped.</summary>
    public bool Otlp { get; init; }

    /// <summary><c>otlp-metrics-interval-millis</c>, a key of ours: how often.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(60);
}
