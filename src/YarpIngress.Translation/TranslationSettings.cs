using YarpIngress.Kubernetes;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation;

/// <summary>Everything about the translation that command-line flags decide. Defaults are those of the flags.</summary>
public sealed record TranslationSettings
{
    /// <summary><c>--ingress-class</c>: the value of the legacy annotation that makes an Ingress ours.</summary>
    public string IngressClass { get; init; } = "yarp";

    /// <summary><c>--controller-class</c>: an IngressClass whose <c>spec.controller</c> equals this is ours.</summary>
    public string ControllerClass { get; init; } = "yarp-ingress.dev/controller";

    /// <summary><c>--ingress-class-by-name</c>: an IngressClass named <see cref="IngressClass"/> is ours too.</summary>
    public bool IngressClassByName { get; init; }

    /// <summary>
    /// <c>--watch-ingress-without-class</c>: an Ingress that names no
    /// class is ours unless a default class is another controller's.
    /// </summary>
    public bool WatchIngressWithoutClass { get; init; }

    /// <summary><c>--annotations-prefix</c>: prefix of the ingress-nginx dialect.</summary>
    public string AnnotationsPrefix { get; init; } = "nginx.ingress.kubernetes.io";

    /// <summary><c>--configmap</c>: where the global settings are; null leaves each at its default.</summary>
    public ObjectKey? ConfigMap { get; init; }

    /// <summary><c>--disable-catch-all</c>: an Ingress with a <c>defaultBackend</c> is refused as a whole.</summary>
    public bool DisableCatchAll { get; init; }

    /// <summary><c>--disable-svc-external-name</c>: Services of type ExternalName have no endpoints.</summary>
    public bool DisableExternalName { get; init; }

    /// <summary>
    /// Whether an ExternalName may be <c>localhost</c> or a loopback address. Off, since it would let a tenant reach the
    /// gateway's own admin port and what else listens on its node; on where the API server itself is on a loopback address.
    /// </summary>
    public bool AllowLoopbackExternalName { get; init; }

    /// <summary><c>--enable-ssl-passthrough</c>: whether <c>ssl-passthrough</c> has an effect.</summary>
    public bool EnableSslPassthrough { get; init; }

    /// <summary><c>--default-backend-service</c>: serves what nothing else does; null answers 404.</summary>
    public ObjectKey? DefaultBackendService { get; init; }

    /// <summary><c>--default-ssl-certificate</c>: null presents a self-signed certificate made at start.</summary>
    public ObjectKey? DefaultCertificate { get; init; }

    /// <summary><c>--tcp-services-configmap</c>: TCP ports and their Services; null for none.</summary>
    public ObjectKey? TcpServices { get; init; }

    /// <summary><c>--udp-services-configmap</c>: UDP ports and their Services; null for none.</summary>
    public ObjectKey? UdpServices { get; init; }

    /// <summary>TCP ports that no entry of <see cref="TcpServices"/> may have, each with what it is for.</summary>
    public IReadOnlyDictionary<int, string> ReservedPorts { get; init; } = new Dictionary<int, string> { [80] = "HTTP", [443] = "HTTPS" };

    /// <summary>The ConfigMap of one of the two.</summary>
    public ObjectKey? StreamServices(StreamProtocol protocol) => protocol is StreamProtocol.Tcp ? TcpServices : UdpServices;
}
