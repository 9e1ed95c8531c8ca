using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation;
using YarpIngress.Translation.Backends;
using YarpIngress.Translation.Ingress;
using YarpIngress.Translation.Ingress.References;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Controller;

/// <summary>
/// The cluster's objects with the indexes that tell which units a change touches. Its cost follows the change: setting
/// an EndpointSlice marks the backends of its Service and walks nothing else. Not thread-safe: one loop owns it.
/// </summary>
internal sealed class ClusterCache
{
    private readonly Dictionary<ObjectKey, V1Ingress> _ingresses = [];
    private readonly ReverseIndex<ObjectKey, string> _byClass = new();
    private readonly Dictionary<ObjectKey, V1Secret> _secrets = [];
    private readonly Dictionary<ProblemObject, Problem> _malformed = [];
    private readonly Dictionary<ObjectKey, V1ConfigMap> _configMaps = [];
    private GlobalSettings _global = new();

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

    /// <summary>The Ingresses that are ours.</summary>
    public IngressIndex Selected { get; }

    /// <summary>ConfigMaps and Secrets that annotations and settings name.</summary>
    public NamedObjects Named { get; }

    /// <summary>TCP and UDP ports.</summary>
    public StreamIndex Streams { get; }

    public ServiceObjects Services { get; } = new();

    public IngressClasses Classes { get; } = new();

    public DirtyUnits Dirty { get; } = new();

    /// <summary>Objects that became or ceased to be undecodable since the last drain.</summary>
    public HashSet<ProblemObject> DirtyMalformed { get; } = [];

    /// <summary>The ConfigMap of <c>--configmap</c>; null while it does not exist.</summary>
    public V1ConfigMap? GlobalConfigMap { get; private set; }

    /// <summary>All Ingresses, also those of other controllers.</summary>
    public IReadOnlyCollection<V1Ingress> Ingresses => _ingresses.Values;

    /// <summary>Every Secret that an Ingress of ours or a flag names: the only ones that have to be watched.</summary>
    public IEnumerable<ObjectKey> ReferencedSecrets =>
        Settings.DefaultCertificate is { } certificate && Selected.UsersOfSecret(certificate).Count == 0
            ? [.. Selected.Secrets, certificate]
            : Selected.Secrets;

    public V1Ingress? Ingress(ObjectKey key) => _ingresses.GetValueOrDefault(key);

    public V1Secret? Secret(ObjectKey key) => _secrets.GetValueOrDefault(key);

    public V1ConfigMap? ConfigMap(ObjectKey key) => _configMaps.GetValueOrDefault(key);

    public Problem? Malformed(ProblemObject key) => _malformed.GetValueOrDefault(key);

    public bool IsReferencedSecret(ObjectKey key) => Settings.DefaultCertificate == key || Selected.UsersOfSecret(key).Count > 0;

    /// <summary>Whose <paramref name="ingress"/> is, and why.</summary>
    public SelectionOutcome Decide(V1Ingress ingress) => IngressSelection.Decide(ingress, Classes, Settings);

    public void Set(V1Ingress value)
    {
        var key = ObjectKey.Of(value);
        Decoded("Ingress", key);
        _ingresses[key] = value;
        _byClass.Replace(key, IngressSelection.DependsOn(value) is { } name ? [name] : []);
        Select(value, key);
    }

    public void RemoveIngress(ObjectKey key)
    {
        Decoded("Ingress", key);
        _ingresses.Remove(key);
        _byClass.Remove(key);
        Deselect(key);
    }

    public void Set(V1IngressClass value)
    {
        var key = ObjectKey.Of(value);
        Decoded("IngressClass", key);
        Reselect(key.Name, Classes.Set(value));
    }

    public void RemoveIngressClass(string name)
    {
        Decoded("IngressClass", new ObjectKey("", name));
        Reselect(name, Classes.Remove(name));
    }

    /// <summary>Says whether IngressClasses can be read at all; see <see cref="IngressClasses.Readable"/>.</summary>
    public void SetClassesReadable(bool readable)
    {
        if (Classes.Readable == readable)
            return;
        Classes.Readable = readable;
        foreach (var (key, ingress) in _ingresses)
            Select(ingress, key);
    }

    /// <summary>Says by what settings Ingresses are read; a change of those that they are read by touches them all.</summary>
    public void SetGlobalSettings(GlobalSettings settings)
    {
        var former = _global;
        _global = settings;
        if (settings.Routes == former.Routes && settings.AllowCrossNamespace == former.AllowCrossNamespace
            && settings.Restrictions == former.Restrictions
            && settings.LogsAuthRequests == former.LogsAuthRequests)
            return;
        foreach (var (key, ingress) in _ingresses)
            Select(ingress, key);
    }

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

    public void Set(V1Secret value)
    {
        var key = ObjectKey.Of(value);
        Decoded("Secret", key);
        _secrets[key] = value;
        MarkSecret(key);
    }

    public void RemoveSecret(ObjectKey key)
    {
        Decoded("Secret", key);
        if (_secrets.Remove(key))
            MarkSecret(key);
    }

    private void MarkSecret(ObjectKey key)
    {
        if (IsReferencedSecret(key))
            Dirty.Certificates.Add(key);
        Named.MarkUsers(new NamedObject(NamedKind.Secret, key));
    }

    public void Set(V1ConfigMap value)
    {
        var key = ObjectKey.Of(value);
        Decoded("ConfigMap", key);
        _configMaps[key] = value;
        Named.MarkUsers(new NamedObject(NamedKind.ConfigMap, key));
        SetGlobal(key, value);
        Streams.Set(key, value);
    }

    public void RemoveConfigMap(ObjectKey key)
    {
        Decoded("ConfigMap", key);
        if (_configMaps.Remove(key))
            Named.MarkUsers(new NamedObject(NamedKind.ConfigMap, key));
        SetGlobal(key, null);
        Streams.Set(key, null);
    }

    private void SetGlobal(ObjectKey key, V1ConfigMap? value)
    {
        if (key != Settings.ConfigMap)
            return;
        GlobalConfigMap = value;
        Dirty.GlobalSettings = true;
        Named.Set(new ProblemObject("ConfigMap", key), GlobalSettingsReader.Objects(value), OnNamed);
    }

    private void OnNamed(NamedObject value)
    {
        if (!Named.IsNamed(value))
        {
            Named.Forget(value);
            // Nothing tells of its changes any more. Without a reader everything stays that was set.
            if (Named.Reader is not null && value.Kind is NamedKind.ConfigMap && value.Key != Settings.ConfigMap)
                _configMaps.Remove(value.Key);
        }
        else if (value.Kind is NamedKind.ConfigMap ? !_configMaps.ContainsKey(value.Key) : !_secrets.ContainsKey(value.Key))
        {
            Named.Want(value);
        }
        else if (value.Kind is NamedKind.Secret && !NamedReadings.IsWatched(_secrets[value.Key]))
        {
            Named.Renew(value);
        }
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

    private void Select(V1Ingress value, ObjectKey key)
    {
        if (Decide(value).IsOurs())
            Select(IngressParser.Parse(value, Settings, _global));
        else
            Deselect(key);
    }

    private void Select(ParsedIngress value)
    {
        Selected.Set(value);
        Named.Set(value.ProblemObject, value.Objects, OnNamed);
    }

    private void Deselect(ObjectKey key)
    {
        Selected.Remove(key);
        Named.Set(new ProblemObject("Ingress", key), [], OnNamed);
    }

    private void Reselect(string className, bool defaultChanged)
    {
        foreach (var key in _byClass.OwnersOf(className))
            Select(_ingresses[key], key);
        if (!defaultChanged)
            return;
        foreach (var key in _byClass.OwnersOf(""))
            Select(_ingresses[key], key);
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

    /// <summary>The backend that <c>--default-backend-service</c> means now; kept by <see cref="ClusterTranslation"/>.</summary>
    public BackendKey? DefaultBackend { get; set; }
}
