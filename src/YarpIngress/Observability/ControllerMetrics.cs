using YarpIngress.Observability.Metrics;
using YarpIngress.Options;

namespace YarpIngress.Observability;

/// <summary>Every metric of the controller itself, under ingress-nginx's names where it has the same thing.</summary>
internal sealed class ControllerMetrics
{
    private static readonly double[] ApplySeconds =
        [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    public ControllerMetrics(ControllerOptions options)
    {
        Registry = new MetricRegistry(
            options.MetricsNginxNames ? "nginx_ingress_controller_" : "yarp_ingress_controller_",
            [
                new("controller_class", options.ControllerClass),
                new("controller_namespace", options.PodNamespace ?? ""),
                new("controller_pod", options.PodName ?? ""),
            ]);

        Registry.CreateGauge("build_info", "Always 1; the labels say which build runs.", "build", "release", "repository")
            .WithLabels(ProductVersion.Commit, ProductVersion.Release, "yarp-ingress").Set(1);
        ConfigSuccessful = Registry.CreateGauge("config_last_reload_successful",
            "Whether the last batch of changes was applied without an unexpected failure.").WithLabels();
        ConfigSuccessTime = Registry.CreateGauge("config_last_reload_successful_timestamp_seconds",
            "Unix time when changes were last applied.").WithLabels();
        Applied = Registry.CreateCounter("changes_applied_total", "Batches of changes that went live.").WithLabels();
        ApplyFailures = Registry.CreateCounter("change_failures_total", "Objects whose change failed unexpectedly.").WithLabels();
        Registry.ReadCounter("success", "Batches of changes that went live; ingress-nginx counts reloads here.", () => Applied.Value);
        Registry.ReadCounter("errors", "Objects whose change failed unexpectedly; ingress-nginx counts failed reloads here.",
            () => ApplyFailures.Value);
        Registry.ReadGauge("config_hash",
            "Stands for what is live: another number after each change, 0 while the last batch failed unexpectedly.",
            () => ConfigSuccessful.Value > 0 ? Applied.Value : 0);
        LiveDelay = Registry.CreateHistogram("change_live_seconds",
            "Time from the arrival of a watch event until what it changes is live.", ApplySeconds).WithLabels();
        TranslationTime = Registry.CreateHistogram("translation_seconds",
            "Time to translate what a batch of changes touched.", ApplySeconds).WithLabels();
        var dirty = Registry.CreateGauge("dirty_units", "Units that the last batch of changes had translated anew.", "unit");
        var translated = Registry.CreateCounter("translated_units_total", "Units that were translated.", "unit");
        Units = new(
            new(dirty.WithLabels("host"), translated.WithLabels("host")),
            new(dirty.WithLabels("backend"), translated.WithLabels("backend")),
            new(dirty.WithLabels("certificate"), translated.WithLabels("certificate")),
            new(dirty.WithLabels("ingress"), translated.WithLabels("ingress")));
        Leads = Registry.CreateGauge("leader_election_status", "Whether this replica leads: 1 leader, 0 follower.", "name")
            .WithLabels(options.ElectionId);
        Hosts = Registry.CreateGauge("hosts", "Host names that are served.").WithLabels();
        Certificates = Registry.CreateGauge("certificates", "Certificates that are loaded.").WithLabels();
        Ingresses = Registry.CreateGauge("ingresses", "Ingresses that are ours.").WithLabels();
        Problems = Registry.CreateGauge("problems", "Problems of objects now, by kind of object, reason and severity.",
            "kind", "reason", "severity");
        InformerUp = Registry.CreateGauge("api_up", "Whether objects of this kind are being watched: 1 connected, 0 not.", "kind");
        InformerRestarts = Registry.CreateCounter("api_informer_restarts_total", "Lists that were begun anew after the first.", "kind");
        InformerErrors = Registry.CreateCounter("api_informer_errors_total", "Lists and watches that failed.", "kind");
        WatchRestarts = Registry.CreateCounter("api_watch_restarts_total", "Watches that were opened after the first.", "kind");
        SpansSent = Registry.CreateCounter("trace_spans_sent_total", "Spans that the collector of traces took.").WithLabels();
        var dropped = Registry.CreateCounter(
            "trace_spans_dropped_total", "Spans that were lost: too many waited to be sent, or the collector did not take them.", "reason");
        SpansDroppedQueueFull = dropped.WithLabels("queue_full");
        SpansDroppedExportFailed = dropped.WithLabels("export_failed");
        Admission = new AdmissionMetrics(Registry);
        EventsDropped = Registry.CreateCounter(
            "events_dropped_total", "Events that were lost, as while the API server is down.").WithLabels();
    }

    public MetricRegistry Registry { get; }

    public AdmissionMetrics Admission { get; }

    public Gauge.Series ConfigSuccessful { get; }

    public Gauge.Series ConfigSuccessTime { get; }

    public Counter.Series Applied { get; }

    public Counter.Series ApplyFailures { get; }

    public Histogram.Series LiveDelay { get; }

    public Histogram.Series TranslationTime { get; }

    public UnitCounts Units { get; }

    public Gauge.Series Leads { get; }

    public Gauge.Series Hosts { get; }

    public Gauge.Series Certificates { get; }

    public Gauge.Series Ingresses { get; }

    public Gauge Problems { get; }

    public Gauge InformerUp { get; }

    public Counter InformerRestarts { get; }

    public Counter InformerErrors { get; }

    public Counter WatchRestarts { get; }

    public Counter.Series EventsDropped { get; }

    public Counter.Series SpansSent { get; }

    public Counter.Series SpansDroppedQueueFull { get; }

    public Counter.Series SpansDroppedExportFailed { get; }
}
