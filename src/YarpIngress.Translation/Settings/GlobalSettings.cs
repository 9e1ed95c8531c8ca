using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Settings;

/// <summary>What the ConfigMap of <c>--configmap</c> says. A key that is not there, or whose value is none, has its default.</summary>
public sealed record GlobalSettings
{
    /// <summary><c>generate-request-id</c>: whether a request without an id gets one.</summary>
    public bool GenerateRequestId { get; init; } = true;

    /// <summary>
    /// <c>allow-cross-namespace-resources</c>: whether annotations may name ConfigMaps and Secrets of other namespaces.
    /// </summary>
    public bool AllowCrossNamespace { get; init; }

    /// <summary>What annotations may ask for at all.</summary>
    public RestrictionSettings Restrictions { get; init; } = new();

    /// <summary>
    /// <c>strict-validate-path-type</c>: whether the webhook refuses paths of type Exact and Prefix with unusual characters.
    /// </summary>
    public bool StrictValidatePathType { get; init; } = true;

    /// <summary>Proxies in front of the gateway.</summary>
    public ClientSettings Client { get; init; } = new();

    /// <summary>Requests that are answered 403 whatever they ask for.</summary>
    public BlockSettings Blocks { get; init; } = BlockSettings.Nobody;

    /// <summary><c>enable-auth-access-log</c>: whether questions to authentication services are logged.</summary>
    public bool LogsAuthRequests { get; init; }

    /// <summary>Headers.</summary>
    public HeaderSettings Headers { get; init; } = new();

    /// <summary>Which answers are compressed.</summary>
    public CompressionSettings Compression { get; init; } = new();

    /// <summary>TLS with clients.</summary>
    public TlsSettings Tls { get; init; } = TlsSettings.Default;

    /// <summary>The access log.</summary>
    public AccessLogSettings AccessLog { get; init; } = new();

    /// <summary>Metrics.</summary>
    public MetricsSettings Metrics { get; init; } = new();

    /// <summary>Connections to endpoints.</summary>
    public UpstreamKeepAlive KeepAlive { get; init; } = new();

    /// <summary>Connections from clients.</summary>
    public ListenerSettings Listeners { get; init; } = new();

    /// <summary>TCP and UDP ports.</summary>
    public StreamSettings Stream { get; init; } = new();

    /// <summary>The process itself.</summary>
    public ProcessSettings Process { get; init; } = new();

    /// <summary>Traces.</summary>
    public TracingSettings Tracing { get; init; } = new();

    /// <summary>What applies to Ingresses that do not say otherwise by an annotation.</summary>
    public RoutePolicies Routes { get; init; } = RoutePolicies.None;
}
