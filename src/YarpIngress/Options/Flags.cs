using YarpIngress.Observability.Traffic;
using static YarpIngress.Options.FlagTypes;

namespace YarpIngress.Options;

/// <summary>Every flag of the controller. A flag is added here and nowhere else.</summary>
internal static class Flags
{
    public static readonly IReadOnlyList<Flag> All =
    [
        // The API server.
        Flag.Of("kubeconfig", Text, o => o.Kubeconfig, (o, v) => o with { Kubeconfig = v },
            "Kubeconfig file. Without it: the pod's service account, else $KUBECONFIG, else ~/.kube/config."),
        Flag.Of("context", Text, o => o.Context, (o, v) => o with { Context = v },
            "Context of the kubeconfig; the current one when empty."),
        Flag.Of("apiserver-host", Text, o => o.ApiServerHost, (o, v) => o with { ApiServerHost = v },
            "URL of the API server, such as https://10.0.0.1:6443."),
        Flag.Of("certificate-authority", Text, o => o.CertificateAuthority, (o, v) => o with { CertificateAuthority = v },
            "PEM file of the API server's certificate authority; used with --apiserver-host."),

        // Ports.
        Flag.Of("http-port", Port, o => o.HttpPort, (o, v) => o with { HttpPort = v },
            "Port for traffic in clear: HTTP/1.1 and HTTP/2 with prior knowledge."),
        Flag.Of("https-port", Port, o => o.HttpsPort, (o, v) => o with { HttpsPort = v },
            "Port for traffic over TLS; 443 where --validating-webhook has 8443 and nothing is said here."),
        Flag.Of("bind-address", AddressList, o => o.BindAddresses, (o, v) => o with { BindAddresses = v },
            "Addresses, separated by commas, where the traffic ports listen; all IPv4 and IPv6 addresses when empty."),
        Flag.Of("healthz-port", Port, o => o.HealthzPort, (o, v) => o with { HealthzPort = v },
            "Admin port: /healthz, /readyz and /metrics."),
        Flag.Of("healthz-host", AddressList, o => o.HealthzHosts, (o, v) => o with { HealthzHosts = v },
            "Address where the admin port listens; all when empty."),
        Flag.Of("health-check-path", Text, o => o.HealthCheckPath, (o, v) => o with { HealthCheckPath = v ?? "/healthz" },
            "Path on which the ports for traffic answer load balancers, for hosts that no rule names. The admin port answers there as on "
            + "/healthz."),
        Flag.Of("enable-dashboard", Bool, o => o.EnableDashboard, (o, v) => o with { EnableDashboard = v },
            "Serve the dashboard and explanations on the admin port to everybody who reaches it. Without the flag only connections "
            + "within the pod get them, such as kubectl port-forward's."),
        Flag.Of("dashboard-hosts", TextList, o => o.DashboardHosts, (o, v) => o with { DashboardHosts = v },
            "Host names, separated by commas, under which the dashboard answers, besides IP addresses and localhost."),

        // Which objects.
        Flag.Of("ingress-class", Text, o => o.IngressClass, (o, v) => o with { IngressClass = v ?? "" },
            "Value of the kubernetes.io/ingress.class annotation that makes an Ingress ours."),
        Flag.Of("controller-class", Text, o => o.ControllerClass, (o, v) => o with { ControllerClass = v ?? "" },
            "spec.controller of the IngressClasses that are ours."),
        Flag.Of("ingress-class-by-name", Bool, o => o.IngressClassByName, (o, v) => o with { IngressClassByName = v },
            "Also take the IngressClass whose name equals --ingress-class, whatever its controller."),
        Flag.Of("watch-ingress-without-class", Bool, o => o.WatchIngressWithoutClass, (o, v) => o with { WatchIngressWithoutClass = v },
            "Also take Ingresses that name no class."),
        Flag.Of("watch-namespace", Text, o => o.WatchNamespace, (o, v) => o with { WatchNamespace = v },
            "The one namespace to watch; all when empty. A Role in it is enough."),
        Flag.Of("watch-namespace-selector", Text, o => o.WatchNamespaceSelector, (o, v) => o with { WatchNamespaceSelector = v },
            "Label selector of the namespaces to watch; all when empty. Not together with --watch-namespace."),

        // What is served.
        Flag.Of("annotations-prefix", Text, o => o.AnnotationsPrefix, (o, v) => o with { AnnotationsPrefix = v ?? "" },
            "Prefix of the ingress-nginx annotations; yarp.ingress.kubernetes.io is always understood too."),
        Flag.Of("configmap", Reference, o => o.ConfigMap, (o, v) => o with { ConfigMap = v },
            "ConfigMap of global settings, applied live."),
        Flag.Of("default-backend-service", Reference, o => o.DefaultBackendService, (o, v) => o with { DefaultBackendService = v },
            "Service, by its first port, for requests that no Ingress matches; a built-in 404 when empty."),
        Flag.Of("default-ssl-certificate", Reference, o => o.DefaultSslCertificate, (o, v) => o with { DefaultSslCertificate = v },
            "Secret of the certificate for hosts without one of their own; self-signed at start when empty."),
        Flag.Of("disable-catch-all", Bool, o => o.DisableCatchAll, (o, v) => o with { DisableCatchAll = v },
            "Refuse Ingresses with a defaultBackend."),
        Flag.Of("disable-svc-external-name", Bool, o => o.DisableExternalName, (o, v) => o with { DisableExternalName = v },
            "Refuse backends of type ExternalName."),
        Flag.Of(
            "enable-topology-aware-routing", Bool, o => o.EnableTopologyAwareRouting, (o, v) => o with { EnableTopologyAwareRouting = v },
            "Prefer endpoints near this replica where a Service asks for it: by its trafficDistribution, or its annotation "
            + "service.kubernetes.io/topology-mode: Auto. Its internalTrafficPolicy Local is kept to as well."),
        Flag.Of("tcp-services-configmap", Reference, o => o.TcpServicesConfigMap, (o, v) => o with { TcpServicesConfigMap = v },
            "ConfigMap of TCP ports and their Services, as 5432: namespace/name:port, with :PROXY behind it where clients send a header "
            + "of the PROXY protocol, and :PROXY:PROXY where pods are to get one; applied live."),
        Flag.Of("udp-services-configmap", Reference, o => o.UdpServicesConfigMap, (o, v) => o with { UdpServicesConfigMap = v },
            "ConfigMap of UDP ports and their Services, as 53: namespace/name:port; applied live."),
        Flag.Of("enable-ssl-passthrough", Bool, o => o.EnableSslPassthrough, (o, v) => o with { EnableSslPassthrough = v },
            "Let the annotation ssl-passthrough have TLS connections of a host go to its pods as they are."),

        // Status, Events, leader.
        Flag.Of("publish-service", Reference, o => o.PublishService, (o, v) => o with { PublishService = v },
            "Service in front of the controller; its addresses go into the Ingresses' status."),
        Flag.Of("publish-status-address", TextList, o => o.PublishStatusAddresses, (o, v) => o with { PublishStatusAddresses = v },
            "IP addresses or host names, separated by commas, for the Ingresses' status. Not together with --publish-service."),
        Flag.Of(
            "report-node-internal-ip-address", Bool, o => o.ReportNodeInternalIpAddress,
            (o, v) => o with { ReportNodeInternalIpAddress = v },
            "Without the two above, status holds the addresses of the controller's nodes; this takes the internal ones."),
        Flag.Of("update-status", Bool, o => o.UpdateStatus, (o, v) => o with { UpdateStatus = v },
            "Write the status of our Ingresses."),
        Flag.Of("update-status-on-shutdown", Bool, o => o.UpdateStatusOnShutdown, (o, v) => o with { UpdateStatusOnShutdown = v },
            "Clear the status when the last replica stops."),
        Flag.Of("election-id", Text, o => o.ElectionId, (o, v) => o with { ElectionId = v ?? "" },
            "Name of the Lease that the leader holds, in $POD_NAMESPACE under $POD_NAME."),
        Flag.Of("election-ttl", Duration, o => o.ElectionTtl, (o, v) => o with { ElectionTtl = v },
            "How long the Lease is valid without renewal."),
        Flag.Of("disable-leader-election", Bool, o => o.DisableLeaderElection, (o, v) => o with { DisableLeaderElection = v },
            "Always be the leader; for a single replica."),
        Flag.Of("disable-sync-events", Bool, o => o.DisableSyncEvents, (o, v) => o with { DisableSyncEvents = v },
            "No Sync Events on Ingresses."),

        // Admission.
        Flag.Of("validating-webhook", Text, o => o.ValidatingWebhook, (o, v) => o with { ValidatingWebhook = v },
            "Address of the admission webhook, host:port; none when empty. It needs a certificate: by the next two flags, or by the two "
            + "after them."),
        Flag.Of(
            "validating-webhook-certificate", Text, o => o.ValidatingWebhookCertificate,
            (o, v) => o with { ValidatingWebhookCertificate = v },
            "PEM file of the webhook's certificate; it is read again when it changes."),
        Flag.Of("validating-webhook-key", Text, o => o.ValidatingWebhookKey, (o, v) => o with { ValidatingWebhookKey = v },
            "PEM file of the webhook's key."),
        Flag.Of(
            "validating-webhook-secret", Reference, o => o.ValidatingWebhookSecret, (o, v) => o with { ValidatingWebhookSecret = v },
            "Secret of a certificate that the replicas make for the webhook themselves."),
        Flag.Of(
            "validating-webhook-configuration", Text, o => o.ValidatingWebhookConfiguration,
            (o, v) => o with { ValidatingWebhookConfiguration = v },
            "ValidatingWebhookConfiguration that is made to trust it, by its caBundle."),

        // The process.
        Flag.Of("shutdown-grace-period", Duration, o => o.ShutdownGracePeriod, (o, v) => o with { ShutdownGracePeriod = v },
            "How long to keep serving after SIGTERM, not ready, before connections are drained."),
        Flag.Of("post-shutdown-grace-period", Duration, o => o.PostShutdownGracePeriod, (o, v) => o with { PostShutdownGracePeriod = v },
            "How long open requests may take to finish while draining."),
        Flag.Of("log-format", LogStyle, o => o.LogFormat, (o, v) => o with { LogFormat = v },
            "How log lines look."),
        Flag.Of("v", Verbosity, o => o.Verbosity, (o, v) => o with { Verbosity = v },
            "Log verbosity: 0 and 1 information, 2 to 4 debug, 5 and more everything."),
        Flag.Of("metrics-nginx-names", Bool, o => o.MetricsNginxNames, (o, v) => o with { MetricsNginxNames = v },
            "Publish metrics under nginx_ingress_controller_ instead of yarp_ingress_controller_."),
        Traffic("enable-metrics", Bool, t => t.Enabled, (t, v) => t with { Enabled = v },
            "Count requests for /metrics."),
        Traffic("metrics-per-host", Bool, t => t.PerHost, (t, v) => t with { PerHost = v },
            "Label the metrics of requests with the host of the Ingress."),
        Traffic("metrics-per-undefined-host", Bool, t => t.PerUndefinedHost, (t, v) => t with { PerUndefinedHost = v },
            "Label them with the requested host also when no Ingress names it: at most 10,000 hosts. Needs --metrics-per-host."),
        Traffic("report-status-classes", Bool, t => t.StatusClasses, (t, v) => t with { StatusClasses = v },
            "Label them with the class of the status (2xx and so on) instead of the status."),
        Traffic("time-buckets", Buckets, t => t.TimeBuckets, (t, v) => t with { TimeBuckets = v },
            "Bounds of histograms of times, in seconds."),
        Traffic("length-buckets", Buckets, t => t.LengthBuckets, (t, v) => t with { LengthBuckets = v },
            "Bounds of the histograms request_size and response_size, in bytes."),
        Traffic("size-buckets", Buckets, t => t.SizeBuckets, (t, v) => t with { SizeBuckets = v },
            "Bounds of the histogram bytes_sent, in bytes."),
        Traffic("exclude-socket-metrics", TextList, t => t.Excluded, (t, v) => t with { Excluded = v },
            "Metrics of requests that are neither kept nor published, such as nginx_ingress_controller_bytes_sent."),

        // ingress-nginx's flags about nginx, Lua, Go and klog.
        Flag.Ignored("bucket-factor", Number, "Native histograms are not published."),
        Flag.Ignored("deep-inspect", Bool, "Objects never become config text, so there is nothing to inspect."),
        Flag.Ignored("default-server-port", Port, "The default answer needs no port of its own."),
        Flag.Ignored("disable-full-test", Bool, "There is no config text to test."),
        Flag.Ignored("dynamic-configuration-retries", Whole, "Changes are applied in memory and cannot fail in transit."),
        Flag.Ignored("enable-annotation-validation", Bool, "Values are always validated."),
        Flag.Ignored("enable-ssl-chain-completion", Bool, "Put the intermediate certificates into the Secret."),
        Flag.Ignored("health-check-timeout", Whole, "Health is answered from memory."),
        Flag.Ignored("internal-logger-address", Text, "There is no internal syslog."),
        Flag.Ignored("max-buckets", Whole, "Native histograms are not published."),
        Flag.Ignored("maxmind-edition-ids", TextList, "GeoIP databases are not used."),
        Flag.Ignored("maxmind-license-key", Text, "GeoIP databases are not used."),
        Flag.Ignored("maxmind-mirror", Text, "GeoIP databases are not used."),
        Flag.Ignored("maxmind-retries-count", Whole, "GeoIP databases are not used."),
        Flag.Ignored("maxmind-retries-timeout", Duration, "GeoIP databases are not used."),
        Flag.Ignored("monitor-max-batch-size", Whole, "Metrics are counted in process."),
        Flag.Ignored("profiler-address", Text, "There is no Go profiler; dotnet-trace and dotnet-counters attach to the process."),
        Flag.Ignored("profiler-port", Port, "There is no Go profiler; dotnet-trace and dotnet-counters attach to the process."),
        Flag.Ignored("profiling", Bool, "There is no Go profiler; dotnet-trace and dotnet-counters attach to the process."),
        Flag.Ignored("ssl-passthrough-proxy-port", Port, "Passing TLS through needs no port of its own."),
        Flag.Ignored("status-port", Port, "There is no Lua endpoint."),
        Flag.Ignored("status-update-interval", Whole, "Status is written when something changes."),
        Flag.Ignored("stream-port", Port, "There is no Lua endpoint."),
        Flag.Ignored("sync-period", Duration, "Watches keep the state complete; nothing needs a resync."),
        Flag.Ignored("sync-rate-limit", Number, "A change needs no reload, so none is held back."),
        Flag.Ignored("add_dir_header", Bool, "klog's; see --log-format."),
        Flag.Ignored("alsologtostderr", Bool, "klog's; see --log-format."),
        Flag.Ignored("log_backtrace_at", Text, "klog's; see --log-format."),
        Flag.Ignored("log_dir", Text, "klog's; see --log-format."),
        Flag.Ignored("log_file", Text, "klog's; see --log-format."),
        Flag.Ignored("log_file_max_size", Whole, "klog's; see --log-format."),
        Flag.Ignored("logtostderr", Bool, "klog's; see --log-format."),
        Flag.Ignored("one_output", Bool, "klog's; see --log-format."),
        Flag.Ignored("skip_headers", Bool, "klog's; see --log-format."),
        Flag.Ignored("skip_log_headers", Bool, "klog's; see --log-format."),
        Flag.Ignored("stderrthreshold", Text, "klog's; see --log-format."),
        Flag.Ignored("vmodule", Text, "klog's; see --log-format."),
    ];

    private static Flag Traffic<T>(
        string name, FlagType<T> type, Func<TrafficOptions, T> get, Func<TrafficOptions, T, TrafficOptions> set, string doc) =>
        Flag.Of(name, type, o => get(o.Traffic), (o, v) => o with { Traffic = set(o.Traffic, v) }, doc);

    /// <summary>By name.</summary>
    public static readonly IReadOnlyDictionary<string, Flag> ByName = All.ToDictionary(flag => flag.Name);
}
