using static YarpIngress.Translation.Settings.SettingValue;

namespace YarpIngress.Translation.Settings;

/// <summary>The keys of metrics.</summary>
internal static class MetricsKeys
{
    public static readonly IReadOnlyList<GlobalKey> All =
    [
        new("enable-otlp-metrics", "true or false", "false", "Whether metrics are sent to the collector of otlp-collector-host too.",
            (settings, text) => settings with { Metrics = settings.Metrics with { Otlp = Bool(text) } }),
        new("otlp-metrics-interval-millis", "1000 to 3600000", "60000", "How often metrics are sent.",
            (settings, text) => settings with
            {
                Metrics = settings.Metrics with { Interval = TimeSpan.FromMilliseconds(Whole(text, 1000, 3_600_000)) },
            }),
    ];
}
