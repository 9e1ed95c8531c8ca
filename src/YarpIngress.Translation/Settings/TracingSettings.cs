namespace YarpIngress.Translation.Settings;

/// <summary>What the global ConfigMap says of traces; the defaults are ingress-nginx's where it has one.</summary>
public sealed record TracingSettings
{
    /// <summary><c>enable-opentelemetry</c>: whether requests are traced unless their Ingress says otherwise.</summary>
    public bool Enabled { get; init; }

    /// <summary><c>otlp-collector-host</c>: host name, address, or a URL with scheme; null sends no traces at all.</summary>
    public string? CollectorHost { get; init; }

    /// <summary><c>otlp-collector-port</c>.</summary>
    public int CollectorPort { get; init; } = 4317;

    /// <summary><c>otlp-collector-protocol</c>, a key of ours.</summary>
    public OtlpProtocol Protocol { get; init; } = OtlpProtocol.Grpc;

    /// <summary><c>otel-service-name</c>.</summary>
    public string ServiceName { get; init; } = "yarp-ingress";

    /// <summary><c>otel-sampler</c>.</summary>
    public TraceSampler Sampler { get; init; } = TraceSampler.AlwaysOn;

    /// <summary><c>otel-sampler-ratio</c>: of <see cref="TraceSampler.TraceIdRatioBased"/>, 0 to 1.</summary>
    public double Ratio { get; init; } = 0.01;

    /// <summary><c>otel-sampler-parent-based</c>: a caller that says whether it records decides, not the sampler.</summary>
    public bool ParentBased { get; init; } = true;

    /// <summary><c>opentelemetry-trust-incoming-span</c>: the caller's span becomes the parent.</summary>
    public bool TrustIncomingSpan { get; init; } = true;

    /// <summary>
    /// <c>opentelemetry-operation-name</c>: name of the gateway's span; variables of nginx are filled in. Empty: method and
    /// route.
    /// </summary>
    public string OperationName { get; init; } = "";

    /// <summary><c>otel-max-queuesize</c>: spans that wait to be sent; more are dropped and counted.</summary>
    public int MaxQueueSize { get; init; } = 2048;

    /// <summary><c>otel-schedule-delay-millis</c>: how long a span waits for others at most.</summary>
    public TimeSpan ScheduleDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary><c>otel-max-export-batch-size</c>: spans that are sent at once at most.</summary>
    public int MaxExportBatchSize { get; init; } = 512;

    /// <summary>Where spans go; null without a collector.</summary>
    public Uri? Endpoint => EndpointOf("/v1/traces");

    /// <summary>Where metrics go; null without a collector.</summary>
    public Uri? MetricsEndpoint => EndpointOf("/v1/metrics");

    private Uri? EndpointOf(string path)
    {
        if (string.IsNullOrEmpty(CollectorHost))
            return null;
        var host = CollectorHost.Contains(':') && !CollectorHost.Contains("://", StringComparison.Ordinal) && !CollectorHost.StartsWith('[')
            ? $"[{CollectorHost}]"
            : CollectorHost;
        return Uri.TryCreate(host.Contains("://", StringComparison.Ordinal) ? host : "http://" + host, UriKind.Absolute, out var url)
            && url.Scheme is "http" or "https"
            ? new UriBuilder(url)
            {
                Port = url.IsDefaultPort ? CollectorPort : url.Port,
                Path = Protocol == OtlpProtocol.Grpc ? "" : path,
            }.Uri
            : null;
    }
}

/// <summary>How spans are sent.</summary>
public enum OtlpProtocol
{
    /// <summary>gRPC.</summary>
    Grpc,

    /// <summary>Protobuf over HTTP.</summary>
    HttpProtobuf,
}

/// <summary>Which traces are recorded.</summary>
public enum TraceSampler
{
    /// <summary>All.</summary>
    AlwaysOn,

    /// <summary>None, unless a caller decides; see <see cref="TracingSettings.ParentBased"/>.</summary>
    AlwaysOff,

    /// <summary>A share of them, the same on every replica.</summary>
    TraceIdRatioBased,
}
