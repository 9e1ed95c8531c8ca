using YarpIngress.Controller.Problems;
using YarpIngress.Kubernetes;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Controller.Updates;

/// <summary>
/// What changed since the last drain; units whose translation came out as before are not in it. Apply sets before
/// removals, and backends and certificates before hosts, so that no request meets a route without its backend.
/// </summary>
internal sealed record ModelChange
{
    public IReadOnlyList<Backend> BackendsSet { get; init; } = [];

    public IReadOnlyList<Certificate> CertificatesSet { get; init; } = [];

    public IReadOnlyList<HostTranslation> HostsSet { get; init; } = [];

    public IReadOnlyList<string> HostsRemoved { get; init; } = [];

    public IReadOnlyList<BackendKey> BackendsRemoved { get; init; } = [];

    public IReadOnlyList<ObjectKey> CertificatesRemoved { get; init; } = [];

    /// <summary>TCP and UDP ports.</summary>
    public IReadOnlyList<StreamTranslation> StreamsSet { get; init; } = [];

    public IReadOnlyList<StreamKey> StreamsRemoved { get; init; } = [];

    /// <summary>Whether <see cref="DefaultBackend"/> or <see cref="DefaultPolicies"/> are others than before.</summary>
    public bool DefaultBackendChanged { get; init; }

    /// <summary>The global default backend; null answers 404.</summary>
    public BackendKey? DefaultBackend { get; init; }

    /// <summary>What the global settings ask for where it serves.</summary>
    public RoutePolicies DefaultPolicies { get; init; } = RoutePolicies.None;

    /// <summary>The global settings, where they are others than before.</summary>
    public GlobalSettings? GlobalSettings { get; init; }

    public IReadOnlyList<ProblemChange> Problems { get; init; } = [];

    /// <summary>Ingresses that became ours or, being ours, changed.</summary>
    public IReadOnlyList<ObjectKey> IngressesSet { get; init; } = [];

    /// <summary>Ingresses that are no longer ours, or are gone.</summary>
    public IReadOnlyList<ObjectKey> IngressesRemoved { get; init; } = [];

    public bool IsEmpty =>
        BackendsSet.Count == 0 && CertificatesSet.Count == 0 && HostsSet.Count == 0 && HostsRemoved.Count == 0 && BackendsRemoved.Count == 0
        && CertificatesRemoved.Count == 0 && !DefaultBackendChanged && GlobalSettings is null && Problems.Count == 0
            && IngressesSet.Count == 0 && IngressesRemoved.Count == 0 && StreamsSet.Count == 0 && StreamsRemoved.Count == 0;
}
