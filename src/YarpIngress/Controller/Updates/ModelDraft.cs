using YarpIngress.Controller.Problems;
using YarpIngress.Kubernetes;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Controller.Updates;

/// <summary>A <see cref="ModelChange"/> in the making.</summary>
internal sealed class ModelDraft
{
    public List<Backend> BackendsSet { get; } = [];

    public List<Certificate> CertificatesSet { get; } = [];

    public List<HostTranslation> HostsSet { get; } = [];

    public List<string> HostsRemoved { get; } = [];

    public List<BackendKey> BackendsRemoved { get; } = [];

    public List<ObjectKey> CertificatesRemoved { get; } = [];

    public List<ObjectKey> IngressesSet { get; } = [];

    public List<ObjectKey> IngressesRemoved { get; } = [];

    public List<StreamTranslation> StreamsSet { get; } = [];

    public List<StreamKey> StreamsRemoved { get; } = [];

    public bool DefaultBackendChanged { get; set; }

    public GlobalSettings? GlobalSettings { get; set; }

    public ModelChange Finish(BackendKey? defaultBackend, RoutePolicies defaultPolicies, IReadOnlyList<ProblemChange> problems) => new()
    {
        BackendsSet = BackendsSet,
        CertificatesSet = CertificatesSet,
        HostsSet = HostsSet,
        HostsRemoved = HostsRemoved,
        BackendsRemoved = BackendsRemoved,
        CertificatesRemoved = CertificatesRemoved,
        IngressesSet = IngressesSet,
        IngressesRemoved = IngressesRemoved,
        StreamsSet = StreamsSet,
        StreamsRemoved = StreamsRemoved,
        DefaultBackendChanged = DefaultBackendChanged,
        DefaultBackend = defaultBackend,
        DefaultPolicies = defaultPolicies,
        GlobalSettings = GlobalSettings,
        Problems = problems,
    };
}
