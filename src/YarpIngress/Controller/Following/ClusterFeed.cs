using YarpIngress.Controller.Cache;
using YarpIngress.Controller.Problems;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Options;

namespace YarpIngress.Controller.Following;

/// <summary>Follows the cluster's objects and hands every change to the <see cref="ControllerLoop"/>.</summary>
/// <remarks>
/// Of Secrets only those of type <c>kubernetes.io/tls</c> are followed, so that the process never holds the others;
/// referenced ones of another type are read by <see cref="ReferencedObjects"/>.
/// </remarks>
internal sealed class ClusterFeed
{
    /// <summary>The type of Secret that is followed.</summary>
    public const string TlsSecretType = "kubernetes.io/tls";

    private const string EndpointsManagerLabel = "endpoints.kubernetes.io/managed-by";

    // Some seconds: an API server that has just begun may refuse what its roles allow, and settings of a ConfigMap may protect. Only
    // IngressClasses are given up at once, which Roles can't give.
    private const int MostRefusals = 4;

    private readonly ApiClient _api;
    private readonly ControllerLoop _loop;
    private readonly CacheChanges _changes;
    private readonly ILoggerFactory _loggers;
    private readonly TimeProvider _time;
    private readonly NamespaceScope? _scope;
    private readonly string? _watched;
    private readonly List<FollowedKind> _kinds = [];

    public ClusterFeed(
        ApiClient api, ControllerOptions options, ControllerLoop loop, ObjectEvents events, ILoggerFactory loggers, TimeProvider time)
    {
        (_api, _loop, _loggers, _time) = (api, loop, loggers, time);
        var watched = _watched = options.WatchNamespace;
        if (options.WatchNamespaceSelector is { } selector)
        {
            _scope = new NamespaceScope((kind, key) => NamedByFlags.Includes(options, kind, key));
            FollowNamespaces(selector, _scope);
        }
        _changes = new CacheChanges(loop, events, _scope);

        Follow<V1IngressClass>(new() { Trim = TrimmedObjects.Metadata }, (cache, value) => cache.Set(value), mostRefusals: 1);
        Follow<V1Ingress>(new() { Namespace = watched, Trim = TrimmedObjects.Ingress }, (cache, value) => cache.Set(value));
        Follow<V1Service>(new() { Namespace = watched, Trim = TrimmedObjects.Service }, (cache, value) => cache.Set(value));
        Follow<V1EndpointSlice>(new() { Namespace = watched, Trim = TrimmedObjects.EndpointSlice }, (cache, value) => cache.Set(value));
        Follow<V1Secret>(
            new() { Namespace = watched, FieldSelector = "type=" + TlsSecretType, Trim = TrimmedObjects.Secret },
            (cache, value) => cache.Set(value));
        // Hand-made Endpoints of clusters that do not mirror them into slices. Those that Kubernetes itself keeps are left
        // out by the server where it labels them (1.33 and later), else emptied on arrival: their slices say the same.
        Follow<V1Endpoints>(
            new()
            {
                Namespace = watched,
                LabelSelector = $"{EndpointsManagerLabel}!=endpoint-controller",
                Trim = TrimmedObjects.Endpoints,
            },
            (cache, value) => cache.Set(value), mostRefusals: MostRefusals);
        foreach (var (map, flag) in NamedByFlags.ConfigMaps(options))
            Follow<V1ConfigMap>(
                new() { Namespace = map.Namespace, FieldSelector = "metadata.name=" + map.Name, Trim = TrimmedObjects.Metadata },
                (cache, value) => cache.Set(value), flag, MostRefusals);
        if (watched is not null)
            FollowNamedElsewhere(options, watched);
    }

    /// <summary>What is followed.</summary>
    public IReadOnlyList<FollowedKind> Kinds => _kinds;

    /// <summary>Whether the Ingresses of a namespace are followed. Only on the controller loop.</summary>
    public bool Follows(string namespaceName) =>
        _watched is null ? _scope?.IsSelected(namespaceName) ?? true : namespaceName == _watched;

    // With --watch-namespace, what flags name may live in another namespace.
    private void FollowNamedElsewhere(ControllerOptions options, string watched)
    {
        if (options.DefaultSslCertificate is { } secret && secret.Namespace != watched)
            Follow<V1Secret>(
                new() { Namespace = secret.Namespace, FieldSelector = "metadata.name=" + secret.Name, Trim = TrimmedObjects.Secret },
                (cache, value) => cache.Set(value), "--default-ssl-certificate");
        if (options.DefaultBackendService is not { } service || service.Namespace == watched)
            return;
        Follow<V1Service>(
            new() { Namespace = service.Namespace, FieldSelector = "metadata.name=" + service.Name, Trim = TrimmedObjects.Service },
            (cache, value) => cache.Set(value), "--default-backend-service");
        Follow<V1EndpointSlice>(
            new()
            {
                Namespace = service.Namespace,
                LabelSelector = $"{ServiceObjects.ServiceNameLabel}={service.Name}",
                Trim = TrimmedObjects.EndpointSlice,
            },
            (cache, value) => cache.Set(value), "--default-backend-service");
    }

    private void FollowNamespaces(string selector, NamespaceScope scope) =>
        Add<V1Namespace>("namespaces", new() { LabelSelector = selector }, change =>
        {
            if (change is { Type: InformerEventType.Added or InformerEventType.Modified, Key: { } selected })
                _loop.Post("Namespace", null, cache => scope.Select(cache, selected.Name));
            else if (change is { Type: InformerEventType.Deleted, Key: { } gone })
                _loop.Post("Namespace", null, cache => scope.Deselect(cache, gone.Name));
        });

    private void Follow<T>(InformerOptions<T> options, Action<ClusterCache, T> set, string flag = "", int? mostRefusals = null)
        where T : class, IKubernetesObject<T>
    {
        if (mostRefusals is { } most)
            options = options with { EndsOn = (error, health) => FollowedKind.IsRefused(error, health, most) };
        var name = flag.Length == 0 ? T.Resource.Plural : $"{T.Resource.Plural} of {flag}";
        Add(name, options, change => _changes.Post(change, set));
    }

    private void Add<T>(string name, InformerOptions<T> options, Action<InformerEvent<T>> onChange)
        where T : class, IKubernetesObject<T>
    {
        _loop.AwaitSync(name);
        var informer = new Informer<T>(_api, options, change =>
        {
            if (change.Type == InformerEventType.Synced)
                Begin(name, T.Resource.Kind, isReadable: true);
            else
                onChange(change);
        }, _loggers.CreateLogger<Informer<T>>(), _time);
        _kinds.Add(new FollowedKind(
            name, () => informer.Health, informer.RunAsync, () => Begin(name, T.Resource.Kind, isReadable: false),
            _loggers.CreateLogger<FollowedKind>(), _time));
    }

    // What there is of a kind is known, or will not be.
    private void Begin(string name, string kind, bool isReadable)
    {
        if (kind == V1IngressClass.Resource.Kind)
            _loop.Post(kind, null, cache => cache.SetClassesReadable(isReadable));
        _loop.MarkSynced(name);
    }
}
