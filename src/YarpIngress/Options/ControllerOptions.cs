using System.Net;
using YarpIngress.Kubernetes;
using YarpIngress.Observability.Traffic;

namespace YarpIngress.Options;

/// <summary>
/// Everything that flags and the environment decide. Bound once,
/// checked by <see cref="OptionsValidation"/>, never changed.
/// </summary>
/// <remarks>The values here are the flags' defaults; <see cref="Flags"/> prints them in help and docs.</remarks>
internal sealed record ControllerOptions
{
    private readonly int? _httpsPort;

    public string? Kubeconfig { get; init; }

    public string? Context { get; init; }

    public string? ApiServerHost { get; init; }

    public string? CertificateAuthority { get; init; }

    public int HttpPort { get; init; } = 8080;

    /// <summary>
    /// 8443. Where the webhook has that and nothing else is said it is 443, as for ingress-nginx, whose argument lists have the
    /// webhook there.
    /// </summary>
    public int HttpsPort
    {
        get => _httpsPort ?? (ValidatingWebhook?.EndsWith(":8443", StringComparison.Ordinal) == true ? 443 : 8443);
        init => _httpsPort = value;
    }

    /// <summary>Where traffic ports listen; empty is every address, IPv4 and IPv6.</summary>
    public IReadOnlyList<IPAddress> BindAddresses { get; init; } = [];

    public int HealthzPort { get; init; } = 10254;

    /// <summary>Where the admin port listens; empty is every address, IPv4 and IPv6.</summary>
    public IReadOnlyList<IPAddress> HealthzHosts { get; init; } = [];

    /// <summary>
    /// Where the ports for traffic answer load balancers, and the admin port answers as on <c>/healthz</c>. As in ingress-nginx, the
    /// slash may be left out.
    /// </summary>
    public string HealthCheckPath { get; init => field = "/" + value.TrimStart('/'); } = "/healthz";

    /// <summary>Serve the dashboard also to connections from beyond the pod.</summary>
    public bool EnableDashboard { get; init; }

    /// <summary>Host names under which the dashboard answers, besides IP addresses and <c>localhost</c>.</summary>
    public IReadOnlyList<string> DashboardHosts { get; init; } = [];

    public string IngressClass { get; init; } = "yarp";

    public string ControllerClass { get; init; } = "yarp-ingress.dev/controller";

    public bool IngressClassByName { get; init; }

    public bool WatchIngressWithoutClass { get; init; }

    /// <summary>The one namespace to watch; null watches all.</summary>
    public string? WatchNamespace { get; init; }

    /// <summary>Label selector of the namespaces to watch; null watches all.</summary>
    public string? WatchNamespaceSelector { get; init; }

    public string AnnotationsPrefix { get; init; } = "nginx.ingress.kubernetes.io";

    public ObjectKey? ConfigMap { get; init; }

    public ObjectKey? DefaultBackendService { get; init; }

    public ObjectKey? DefaultSslCertificate { get; init; }

    public ObjectKey? PublishService { get; init; }

    public IReadOnlyList<string> PublishStatusAddresses { get; init; } = [];

    public bool ReportNodeInternalIpAddress { get; init; }

    public bool UpdateStatus { get; init; } = true;

    public bool UpdateStatusOnShutdown { get; init; } = true;

    public string ElectionId { get; init; } = "yarp-ingress-leader";

    public TimeSpan ElectionTtl { get; init; } = TimeSpan.FromSeconds(30);

    public bool DisableLeaderElection { get; init; }

    public bool DisableCatchAll { get; init; }

    public bool DisableExternalName { get; init; }

    public bool DisableSyncEvents { get; init; }

    public bool EnableTopologyAwareRouting { get; init; }

    public string? ValidatingWebhook { get; init; }

    public string? ValidatingWebhookCertificate { get; init; }

    public string? ValidatingWebhookKey { get; init; }

    /// <summary>Where a certificate is kept that the controller makes for the webhook.</summary>
    public ObjectKey? ValidatingWebhookSecret { get; init; }

    /// <summary>The ValidatingWebhookConfiguration that is made to trust it.</summary>
    public string? ValidatingWebhookConfiguration { get; init; }

    public ObjectKey? TcpServicesConfigMap { get; init; }

    public ObjectKey? UdpServicesConfigMap { get; init; }

    public bool EnableSslPassthrough { get; init; }

    public TimeSpan ShutdownGracePeriod { get; init; }

    public TimeSpan PostShutdownGracePeriod { get; init; } = TimeSpan.FromSeconds(10);

    public LogFormat LogFormat { get; init; } = LogFormat.Json;

    /// <summary>klog's verbosity; see <see cref="Observability.Logging.LogLevels"/>.</summary>
    public int Verbosity { get; init; }

    public bool MetricsNginxNames { get; init; }

    /// <summary>What is counted of requests.</summary>
    public TrafficOptions Traffic { get; init; } = new();

    /// <summary><c>$POD_NAME</c>; identifies this replica in the Lease. Null uses the host name.</summary>
    public string? PodName { get; init; }

    /// <summary><c>$POD_NAMESPACE</c>; where the Lease lives. Null uses the namespace of the cluster configuration.</summary>
    public string? PodNamespace { get; init; }
}
