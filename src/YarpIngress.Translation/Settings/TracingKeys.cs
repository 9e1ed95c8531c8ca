using static YarpIngress.Translation.Settings.SettingValue;

namespace YarpIngress.Translation.Settings;

/// <summary>The keys of traces.</summary>
internal static class TracingKeys
{
    private const int LongestName = 256;

    // ingress-nginx's default, which says nothing.
    private const string ModuleFile = "/etc/ingress-controller/telemetry/opentelemetry.toml";

    public static readonly IReadOnlyList<GlobalKey> All =
    [
        Key("enable-opentelemetry", "true or false", "false", "Whether requests are traced, unless their Ingress says otherwise.",
            (tracing, text) => tracing with { Enabled = Bool(text) }),
        Key("otlp-collector-host", "host name, address, or URL with http:// or https://", "none: no traces", "The collector.",
            (tracing, text) => Checked(tracing with { CollectorHost = text.Trim() })),
        Key("otlp-collector-port", "port", "4317", "The collector's port; 4318 is usual for HTTP.",
            (tracing, text) => tracing with { CollectorPort = Whole(text, 1, 65535) }),
        Key("otlp-collector-protocol", "grpc or http/protobuf", "grpc", "How spans are sent. A key of ours.",
            (tracing, text) => tracing with
            {
                Protocol = Word(text, ("grpc", OtlpProtocol.Grpc), ("http/protobuf", OtlpProtocol.HttpProtobuf)),
            }),
        Key("otel-service-name", "text", "yarp-ingress", "Under which name spans are sent.",
            (tracing, text) => tracing with { ServiceName = text.Length > 0 ? Line(text, LongestName) : tracing.ServiceName }) with
        {
            Difference = "nginx by default there.",
        },
        Key("otel-sampler", "AlwaysOn, AlwaysOff or TraceIdRatioBased", "AlwaysOn", "Which traces are recorded.",
            (tracing, text) => tracing with
            {
                Sampler = Word(
                    text, ("AlwaysOn", TraceSampler.AlwaysOn), ("AlwaysOff", TraceSampler.AlwaysOff),
                    ("TraceIdRatioBased", TraceSampler.TraceIdRatioBased)),
            }),
        Key("otel-sampler-ratio", "0 to 1", "0.01", "The share that TraceIdRatioBased records.",
            (tracing, text) => tracing with { Ratio = Share(text) }),
        Key("otel-sampler-parent-based", "true or false", "true", "Whether a caller that says if it records decides, and not the sampler.",
            (tracing, text) => tracing with { ParentBased = Bool(text) }),
        Key("opentelemetry-trust-incoming-span", "true or false", "true", "Whether a caller's span becomes the parent.",
            (tracing, text) => tracing with { TrustIncomingSpan = Bool(text) }),
        Key("opentelemetry-operation-name", "text; $request_method, $scheme, $host, $uri, $namespace, $ingress_name, $service_name, "
            + "$service_port and $location_path are filled in", "method and route", "Name of the gateway's span.",
            (tracing, text) => tracing with { OperationName = Line(text, LongestName) }),
        Key("otel-max-queuesize", "1 to 1000000", "2048", "How many spans wait to be sent at most; more are dropped and counted.",
            (tracing, text) => tracing with { MaxQueueSize = Whole(text, 1, 1_000_000) }),
        Key("otel-schedule-delay-millis", "1 to 600000", "5000", "How long a span waits for others at most.",
            (tracing, text) => tracing with { ScheduleDelay = TimeSpan.FromMilliseconds(Whole(text, 1, 600_000)) }),
        Key("otel-max-export-batch-size", "1 to 100000", "512", "How many spans are sent at once at most.",
            (tracing, text) => tracing with { MaxExportBatchSize = Whole(text, 1, 100_000) }),
        Key("opentelemetry-config", ModuleFile, "none", "A file of nginx's module; it has no meaning here.",
            (tracing, text) => text.Length == 0 || text == ModuleFile
                ? tracing
                : throw new FormatException(
                    "names a file of nginx's OpenTelemetry module, which is not read here: the keys otlp-… and otel-… say the same")),
    ];

    private static GlobalKey Key(
        string name, string values, string byDefault, string doc, Func<TracingSettings, string, TracingSettings> set) =>
        new(name, values, byDefault, doc, (settings, text) => settings with { Tracing = set(settings.Tracing, text) });

    private static TracingSettings Checked(TracingSettings tracing) =>
        string.IsNullOrEmpty(tracing.CollectorHost) || tracing.Endpoint is not null
            ? tracing
            : throw new FormatException("must be a host name, an address, or a URL with http:// or https://");
}
