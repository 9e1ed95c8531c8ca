using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation;
using YarpIngress.Translation.Backends;
using YarpIngress.Translation.Model;

namespace YarpIngress.Controller.Cache;

/// <summary>
/// The cluster's objects with the indexes that tell which units a change touches. Its cost follows the change: setting
/// an EndpointSlice marks the backends of its Service and walks nothing else. Not thread-safe: one loop owns it.
/// </summary>
internal sealed partial class ClusterCache
{
    private readonly Dictionary<ProblemObject, Problem> _malformed = [];

    public ClusterCache(TranslationSettings settings)
    {
        Settings = settings;
        Selected = new IngressIndex(Dirty);
        Named = new NamedObjects(Dirty);
        Streams = new StreamIndex(settings, Dirty);
        Dirty.DefaultBackend = settings.DefaultBackendService is not null;
        Dirty.GlobalSettings = settings.ConfigMap is not null;
        if (settings.DefaultCertificate is { } certificate)
            Dirty.Certificates.Add(certificate);
    }

    public TranslationSettings Settings { get; }

    /// <summary>TCP and UDP ports.</summary>
    public StreamIndex Streams { get; }

    public ServiceObjects Services { get; } = new();

    public DirtyUnits Dirty { get; } = new();

    /// <summary>Objects that became or ceased to be undecodable since the last drain.</summary>
    public HashSet<ProblemObject> DirtyMalformed { get; } = [];

    public Problem? Malformed(ProblemObject key) => _malformed.GetValueOrDefault(key);

    public void Set(V1Service value)
    {
        var key = ObjectKey.Of(value);
        Decoded("Service", key);
        Services.Set(value);
        MarkService(key);
    }

    public void RemoveService(ObjectKey key)
    {
        Decoded("Service", key);
        Services.RemoveService(key);
        MarkService(key);
    }

    public void Set(V1EndpointSlice value)
    {
        Decoded("EndpointSlice", ObjectKey.Of(value));
        foreach (var service in Services.Set(value))
            MarkBackends(service);
    }

    public void RemoveEndpointSlice(ObjectKey key)
    {
        Decoded("EndpointSlice", key);
        if (Services.RemoveSlice(key) is { } service)
            MarkBackends(service);
    }

    public void Set(V1Endpoints value)
    {
        var key = ObjectKey.Of(value);
        Decoded("Endpoints", key);
        Services.Set(value);
        MarkBackends(key);
    }

    public void RemoveEndpoints(ObjectKey key)
    {
        Decoded("Endpoints", key);
        Services.RemoveEndpoints(key);
        MarkBackends(key);
    }

    /// <summary>Forgets an object of any kind that is kept here.</summary>
    public void Remove(string kind, ObjectKey key)
    {
        switch (kind)
        {
            case "Ingress":
                RemoveIngress(key);
                break;
            case "IngressClass":
                RemoveIngressClass(key.Name);
                break;
            case "Service":
                RemoveService(key);
                break;
            case "EndpointSlice":
                RemoveEndpointSlice(key);
                break;
            case "Endpoints":
                RemoveEndpoints(key);
                break;
            case "Secret":
                RemoveSecret(key);
                break;
            case "ConfigMap":
                RemoveConfigMap(key);
                break;
            default:
                throw new ArgumentException($"{kind} is not kept here", nameof(kind));
        }
    }

    /// <summary>
    /// An object that can't be decoded: it counts as absent until it is set or removed. <paramref name="error"/> must not
    /// hold its data, which matters for Secrets.
    /// </summary>
    public void SetMalformed(string kind, ObjectKey key, string error)
    {
        Remove(kind, key);
        var about = new ProblemObject(kind, key);
        _malformed[about] = new Problem
        {
            Object = about,
            Reason = ProblemReasons.InvalidObject,
            Severity = ProblemSeverity.Error,
            Message = $"the object can't be read and counts as absent: {error}",
        };
        DirtyMalformed.Add(about);
    }

    private void Decoded(string kind, ObjectKey key)
    {
        var about = new ProblemObject(kind, key);
        if (_malformed.Remove(about))
            DirtyMalformed.Add(about);
    }

    private void MarkService(ObjectKey service)
    {
        MarkBackends(service);
        if (Settings.DefaultBackendService == service)
            Dirty.DefaultBackend = true;
    }

    private void MarkBackends(ObjectKey service)
    {
        foreach (var backend in Selected.BackendsOf(service))
            Dirty.Backends.Add(backend);
        Streams.MarkService(service);
        if (DefaultBackend is { } key && Settings.DefaultBackendService == service)
            Dirty.Backends.Add(key);
    }

    /// <summary>Where this replica runs, if endpoints are chosen by it.</summary>
    public Place? Place { get; private set; }

    /// <summary>Says where this replica runs, which every backend may depend on.</summary>
    public void SetPlace(Place place)
    {
        if (Place == place)
            return;
        Place = place;
        Streams.MarkAll();
        foreach (var backend in Selected.Backends)
            Dirty.Backends.Add(backend);
        if (DefaultBackend is { } key)
            Dirty.Backends.Add(key);
    }

    /// <summary>The backend that <c>--default-backend-service</c> means now; kept by <see cref="Updates.ClusterTranslation"/>.</summary>
    public BackendKey? DefaultBackend { get; set; }
}
