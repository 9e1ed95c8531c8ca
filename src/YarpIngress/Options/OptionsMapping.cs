using YarpIngress.Controller.Admission;
using YarpIngress.Kubernetes;
using YarpIngress.Observability.Tracing;
using YarpIngress.Proxy;
using YarpIngress.Translation;

namespace YarpIngress.Options;

/// <summary>What each part of the controller is told of the options.</summary>
internal static class OptionsMapping
{
    /// <param name="options">The flags.</param>
    /// <param name="apiServer">The API server, where there is one.</param>
    public static TranslationSettings Translation(this ControllerOptions options, Uri? apiServer = null) => new()
    {
        IngressClass = options.IngressClass,
        ControllerClass = options.ControllerClass,
        IngressClassByName = options.IngressClassByName,
        WatchIngressWithoutClass = options.WatchIngressWithoutClass,
        AnnotationsPrefix = options.AnnotationsPrefix,
        ConfigMap = options.ConfigMap,
        DisableCatchAll = options.DisableCatchAll,
        DisableExternalName = options.DisableExternalName,
        // An API server on a loopback address means a cluster that lives on this machine, as the local one does. In a pod it never is.
        AllowLoopbackExternalName = apiServer?.IsLoopback == true,
        EnableSslPassthrough = options.EnableSslPassthrough,
        DefaultBackendService = options.DefaultBackendService,
        DefaultCertificate = options.DefaultSslCertificate,
        TcpServices = options.TcpServicesConfigMap,
        UdpServices = options.UdpServicesConfigMap,
        ReservedPorts = Reserved(options),
    };

    // As in ingress-nginx 80 and 443 are, too, whichever ports traffic has.
    private static Dictionary<int, string> Reserved(ControllerOptions options)
    {
        var ports = new Dictionary<int, string> { [80] = "HTTP", [443] = "HTTPS" };
        ports[options.HttpPort] = "--http-port";
        ports[options.HttpsPort] = "--https-port";
        ports[options.HealthzPort] = "--healthz-port";
        if (options.ValidatingWebhook is { } webhook)
            ports[WebhookAddress.Parse(webhook).Port] = "--validating-webhook";
        return ports;
    }

    /// <param name="options">The flags.</param>
    /// <param name="standardOutput">Where the access log goes unless it goes to a file; null logs nothing there.</param>
    public static DataPlaneOptions DataPlane(this ControllerOptions options, Stream? standardOutput = null) => new()
    {
        HttpPort = options.HttpPort,
        HttpsPort = options.HttpsPort,
        BindAddresses = options.BindAddresses,
        HealthCheckPath = options.HealthCheckPath,
        EnableSslPassthrough = options.EnableSslPassthrough,
        Identity = TracingIdentity.Of(options),
        Traffic = options.Traffic,
        StandardOutput = standardOutput,
    };

    public static ClusterConfigOptions Cluster(this ControllerOptions options) => new()
    {
        Kubeconfig = options.Kubeconfig,
        Context = options.Context,
        ApiServerHost = options.ApiServerHost,
        // As in ingress-nginx, without a host the flag is there for nothing.
        CertificateAuthority = options.ApiServerHost is null ? null : options.CertificateAuthority,
    };
}
