using YarpIngress.Controller.Cache;
using YarpIngress.Controller.Problems;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Options;
using YarpIngress.Translation.Model;

namespace YarpIngress.Controller.Following;

/// <summary>Follows the cluster's objects and hands every change to the <see cref="ControllerLoop"/>.</summary>
/// <remarks>
/// Of Secrets only those of type <c>kubernetes.io/tls</c> are followed, so that the process never holds the others;
/// referenced ones of another type are read by <see cref="ReferencedObjects"/>.
/// </remarks>
internal sealed partial class ClusterFeed
{
    /// <summary>The type of Secret that is followed.</summary>
    public const string TlsSecretType = "kubernetes.io/tls";

    private const string EndpointsManagerLabel = "endpoints.kubernetes.io/managed-by";
    private static readonly TimeSpan ProbePause = TimeSpan.FromSeconds(2);

    // An API server that has just begun may refuse what its roles allow; one that goes on refusing is not asked all the time.
    private static readonly TimeSpan FirstAskedAgain = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AskedAgain = TimeSpan.FromMinutes(10);

    private readonly ApiClient _api;
    private readonly ControllerLoop _loop;
    private readonly ObjectEvents _events;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger<ClusterFeed> _log;
    private readonly TimeProvider _time;
    private readonly NamespaceScope? _scope;
    private readonly string? _watched;
    private readonly List<FollowedKind> _kinds = [];

    public ClusterFeed(
        ApiClient api, ControllerOptions options, ControllerLoop loop, ObjectEvents events, ILoggerFactory loggers, TimeProvider time)
    {
        (_api, _loop, _events, _loggers, _log, _time) = (api, loop, events, loggers, loggers.CreateLogger<ClusterFeed>(), time);
        var watched = _watched = options.WatchNamespace;
        if (options.WatchNamespaceSelector is { } selector)
        {
            _scope = new NamespaceScope((kind, key) => IsNamedByFlag(options, kind, key));
            FollowNamespaces(selector);
        }

        Follow<V1IngressClass>(
            new() { Trim = TrimmedObjects.Metadata }, (cache, value) => cache.Set(value),
            () => loop.Post("IngressClass", null, cache => cache.SetClassesReadable(false)), isOptional: true);
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
            (cache, value) => cache.Set(value),
            () => { });
        foreach (var (map, flag) in ConfigMaps(options).DistinctBy(named => named.Key))
            Follow<V1ConfigMap>(
                new() { Namespace = map.Namespace, FieldSelector = "metadata.name=" + map.Name, Trim = TrimmedObjects.Metadata },
                (cache, value) => cache.Set(value), () => { }, label: flag);
        if (watched is not null)
            FollowNamedElsewhere(options, watched);
    }

    /// <summary>What is followed.</summary>
    public IReadOnlyList<FollowedKind> Kinds => _kinds;

    /// <summary>Whether the Ingresses of a namespace are followed. Only on the controller loop.</summary>
    public bool Follows(string namespaceName) =>
        _watched is null ? _scope?.IsSelected(namespaceName) ?? true : namespaceName == _watched;

    private static bool IsNamedByFlag(ControllerOptions options, string kind, ObjectKey key) => kind switch
    {
        "Secret" => key == options.DefaultSslCertificate,
        "ConfigMap" => ConfigMaps(options).Any(named => named.Key == key),
        "Service" => key == options.DefaultBackendService,
        "EndpointSlice" => key.Namespace == options.DefaultBackendService?.Namespace,
        _ => false,
    };

    private static IEnumerable<(ObjectKey Key, string Flag)> ConfigMaps(ControllerOptions options)
    {
        if (options.ConfigMap is { } global)
            yield return (global, "--configmap");
        if (options.TcpServicesConfigMap is { } tcp)
            yield return (tcp, "--tcp-services-configmap");
        if (options.UdpServicesConfigMap is { } udp)
            yield return (udp, "--udp-services-configmap");
    }

    // With --watch-namespace, what flags name may live in another namespace.
    private void FollowNamedElsewhere(ControllerOptions options, string watched)
    {
        if (options.DefaultSslCertificate is { } secret && secret.Namespace != watched)
            Follow<V1Secret>(
                new() { Namespace = secret.Namespace, FieldSelector = "metadata.name=" + secret.Name, Trim = TrimmedObjects.Secret },
                (cache, value) => cache.Set(value), label: "--default-ssl-certificate");
        if (options.DefaultBackendService is not { } service || service.Namespace == watched)
            return;
        Follow<V1Service>(
            new() { Namespace = service.Namespace, FieldSelector = "metadata.name=" + service.Name, Trim = TrimmedObjects.Service },
            (cache, value) => cache.Set(value), label: "--default-backend-service");
        Follow<V1EndpointSlice>(
            new()
            {
                Namespace = service.Namespace,
                LabelSelector = $"{ServiceObjects.ServiceNameLabel}={service.Name}",
                Trim = TrimmedObjects.EndpointSlice,
            },
            (cache, value) => cache.Set(value), label: "--default-backend-service");
    }

    private void Follow<T>(
        InformerOptions<T> options, Action<ClusterCache, T> set, Action? onForbidden = null, string label = "", bool isOptional = false)
        where T : class, IKubernetesObject<T>
    {
        var kind = T.Resource.Kind;
        var name = label.Length == 0 ? T.Resource.Plural : $"{T.Resource.Plural} of {label}";
        Informer<T>? informer = null;
        if (isOptional)
            options = options with { EndsOn = error => informer is { HasSynced: false } && IsForbidden(error) };
        informer = new Informer<T>(_api, options, change => Hand(change, name, set), _loggers.CreateLogger<Informer<T>>(), _time);
        if (isOptional && onForbidden is not null)
            AddOptional(name, informer, onForbidden);
        else
            Add(name, informer, options, onForbidden);

        void Hand(InformerEvent<T> change, string informerName, Action<ClusterCache, T> apply)
        {
            if (change.Type == InformerEventType.Synced)
            {
                if (kind == "IngressClass")
                    _loop.Post(kind, null, cache => cache.SetClassesReadable(true));
                _loop.MarkSynced(informerName);
                return;
            }
            if (change.Key is not { } key)
                return; // Malformed without a readable name: the informer logs it, and there is nothing to file it under.
            _loop.Post(kind, key, change switch
            {
                { Type: InformerEventType.Malformed, Malformed: { } malformed } => cache =>
                {
                    _events.Malformed(new ProblemObject(kind, key), malformed.Uid);
                    cache.SetMalformed(kind, key, malformed.Error);
                }
                ,
                { Type: InformerEventType.Deleted } => cache => Remove(cache, kind, key),
                { Object: { } value } => cache => Set(cache, kind, key, c => apply(c, value)),
                _ => throw new InvalidOperationException($"an informer's {change.Type} without an object"),
            });
        }
    }

    private void Set(ClusterCache cache, string kind, ObjectKey key, Action<ClusterCache> set)
    {
        if (_scope is null)
            set(cache);
        else
            _scope.Set(cache, kind, key, set);
    }

    private void Remove(ClusterCache cache, string kind, ObjectKey key)
    {
        if (_scope is null)
            cache.Remove(kind, key);
        else
            _scope.Remove(cache, kind, key);
    }

    private void FollowNamespaces(string selector)
    {
        var options = new InformerOptions<V1Namespace> { LabelSelector = selector };
        var informer = new Informer<V1Namespace>(_api, options, change =>
        {
            if (change.Type == InformerEventType.Synced)
                _loop.MarkSynced("namespaces");
            else if (change is { Type: InformerEventType.Added or InformerEventType.Modified, Key: { } selected })
                _loop.Post("Namespace", null, cache => _scope!.Select(cache, selected.Name));
            else if (change is { Type: InformerEventType.Deleted, Key: { } gone })
                _loop.Post("Namespace", null, cache => _scope!.Deselect(cache, gone.Name));
        }, _loggers.CreateLogger<Informer<V1Namespace>>(), _time);
        Add("namespaces", informer, options, onForbidden: null);
    }

    private void Add<T>(string name, Informer<T> informer, InformerOptions<T> options, Action? onForbidden)
        where T : class, IKubernetesObject<T>
    {
        _loop.AwaitSync(name);
        _kinds.Add(new FollowedKind(name, () => informer.Health, async ct =>
        {
            await using var probe = onForbidden is null ? null : new Probe(ProbeAsync(name, informer, options, onForbidden, ct));
            await informer.RunAsync(ct);
        }));
    }

    // Asking for what a Role can't give, all the time, would look like an outage to whoever counts errors.
    private void AddOptional<T>(string name, Informer<T> informer, Action onForbidden)
        where T : class, IKubernetesObject<T>
    {
        _loop.AwaitSync(name);
        FollowedKind? kind = null;
        kind = new FollowedKind(name, () => informer.Health, async ct =>
        {
            for (var pause = FirstAskedAgain; ; pause = AskedAgain)
            {
                try
                {
                    await informer.RunAsync(ct);
                    return;
                }
                catch (ApiException error) when (IsForbidden(error))
                {
                    if (kind is { IsGivenUp: false })
                    {
                        Log.Unreadable(_log, name, error.Message);
                        kind.IsGivenUp = true;
                    }
                    onForbidden();
                    _loop.MarkSynced(name);
                }
                await Task.Delay(pause, _time, ct);
            }
        });
        _kinds.Add(kind);
    }

    private static bool IsForbidden(ApiException error) => error.StatusCode is 403 or 404;

    // A kind that is not vital must not keep everything else from going live where we may not read it.
    private async Task ProbeAsync<T>(
        string name, Informer<T> informer, InformerOptions<T> options, Action onForbidden, CancellationToken ct)
        where T : class, IKubernetesObject<T>
    {
        while (!informer.HasSynced)
        {
            await Task.Delay(ProbePause, _time, ct);
            if (informer.Health.Error is null)
                continue;
            try
            {
                // The same question as the informer's: a Role may allow one name, and not the list of all.
                var query = new ListQuery { Limit = 1, LabelSelector = options.LabelSelector, FieldSelector = options.FieldSelector };
                await _api.ListAsync<T>(options.Namespace, query, ct);
            }
            catch (ApiException error) when (IsForbidden(error))
            {
                Log.Unreadable(_log, name, error.Message);
                onForbidden();
                _loop.MarkSynced(name);
                return;
            }
            catch (ApiException error)
            {
                Log.ProbeFailed(_log, name, error.Message);
            }
        }
    }

    private sealed class Probe(Task task) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "May not read {Kind}, going on without: {Error}", EventName = "KindUnreadable")]
        public static partial void Unreadable(ILogger log, string kind, string error);

        [LoggerMessage(2, LogLevel.Debug, "Whether {Kind} may be read is not known yet: {Error}", EventName = "ProbeFailed")]
        public static partial void ProbeFailed(ILogger log, string kind, string error);
    }
}

/// <summary>One followed kind.</summary>
/// <param name="Name">Plural of the kind, with what is special about it.</param>
/// <param name="Health">How it does.</param>
/// <param name="RunAsync">Its loop.</param>
internal sealed record FollowedKind(string Name, Func<InformerHealth> Health, Func<CancellationToken, Task> RunAsync)
{
    private volatile bool _isGivenUp;

    /// <summary>Whether it may not be read, and the controller goes on without; false again when it may.</summary>
    public bool IsGivenUp
    {
        get => _isGivenUp && !Health().HasSynced;
        set => _isGivenUp = value;
    }
}
