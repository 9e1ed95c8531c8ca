using Microsoft.Extensions.Logging.Abstractions;
using YarpIngress.Controller.Cache;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Ingress.References;

namespace YarpIngress.Controller.Following;

/// <summary>
/// Watches of single objects, as the kubelet has them of what its pods mount: of what an Ingress or a setting names, each change
/// is live as soon as the API server tells it. Only the loop that owns the cache begins and ends them.
/// </summary>
/// <param name="api">The API server.</param>
/// <param name="loop">Takes the changes.</param>
/// <param name="log">What can't be watched.</param>
/// <param name="time">The clock.</param>
/// <param name="most">How many there are at once; each is a request that stays open.</param>
internal sealed partial class FollowedObjects(
    ApiClient api, ControllerLoop loop, ILogger<FollowedObjects> log, TimeProvider time, int most = FollowedObjects.Most)
{
    /// <summary>How many objects are watched at once, unless said otherwise.</summary>
    public const int Most = 1000;

    // Rights may be granted later, and nothing tells.
    private static readonly TimeSpan UntilAskedAgain = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<NamedObject, Follower> _followers = [];
    private readonly HashSet<Follower> _running = [];
    private readonly Dictionary<(NamedKind Kind, string Namespace), DateTimeOffset> _forbidden = [];
    private bool _isStopped;

    /// <summary>How many objects are watched.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _followers.Count;
        }
    }

    /// <summary>Whether the changes of an object are told.</summary>
    public bool Follows(NamedObject value)
    {
        lock (_lock)
            return _followers.ContainsKey(value);
    }

    /// <summary>
    /// Watches an object that was read just now, unless that is not allowed, or too many are watched already. What
    /// happened to it since then is told too.
    /// </summary>
    public void Follow(NamedObject value)
    {
        lock (_lock)
        {
            if (_isStopped || _followers.Count >= most || _followers.ContainsKey(value) || IsForbidden(value))
                return;
            var follower = new Follower();
            _followers.Add(value, follower);
            _running.Add(follower);
            follower.Running = Task.Run(() => RunAsync(value, follower), CancellationToken.None);
        }
    }

    /// <summary>Lets an object go; what was on its way from it counts no more.</summary>
    public void Leave(NamedObject value)
    {
        lock (_lock)
        {
            // What waits for it goes on elsewhere than on the loop.
            if (_followers.Remove(value, out var follower))
                _ = follower.Stop.CancelAsync();
        }
    }

    /// <summary>Lets all go but these.</summary>
    public void Keep(IReadOnlySet<NamedObject> values)
    {
        lock (_lock)
        {
            foreach (var value in _followers.Keys.Where(value => !values.Contains(value)).ToList())
                Leave(value);
        }
    }

    /// <summary>Ends them all, for good.</summary>
    public async Task StopAsync()
    {
        Task[] ending;
        lock (_lock)
        {
            _isStopped = true;
            _followers.Clear();
            ending = [.. _running.Select(follower => follower.Stop.CancelAsync()), .. _running.Select(follower => follower.Running)];
        }
        await Task.WhenAll(ending);
    }

    private async Task RunAsync(NamedObject value, Follower follower)
    {
        try
        {
            await (value.Kind is NamedKind.Secret
                ? FollowAsync<V1Secret>(value, follower, NamedReadings.Set)
                : FollowAsync<V1ConfigMap>(value, follower, NamedReadings.Set));
        }
        catch (ApiException error)
        {
            loop.Post($"{value.Kind}", null, _ => Forbid(value, follower, error));
        }
        catch (Exception error)
        {
            Log.Failed(log, error, value);
            loop.Post($"{value.Kind}", null, _ => Leave(value));
        }
        finally
        {
            lock (_lock)
                _running.Remove(follower);
        }
    }

    private Task FollowAsync<T>(NamedObject value, Follower follower, Action<ClusterCache, NamedObject, T> set)
        where T : class, IKubernetesObject<T>
    {
        var isThere = false;
        var options = new InformerOptions<T>
        {
            Namespace = value.Key.Namespace,
            FieldSelector = "metadata.name=" + value.Key.Name,
            EndsOn = (error, _) => error.StatusCode == 403,
        };
        // The kinds that are watched as a whole tell of outages; a thousand single objects need not.
        return new Informer<T>(api, options, Tell, NullLogger.Instance, time).RunAsync(follower.Stop.Token);

        void Tell(InformerEvent<T> change)
        {
            isThere |= change.Type is not InformerEventType.Synced;
            // It may be gone since it was read.
            if (change.Type is InformerEventType.Deleted || (change.Type is InformerEventType.Synced && !isThere))
                Post(cache => NamedReadings.Remove(cache, value));
            else if (change.Malformed is { } malformed)
                Post(cache => cache.SetMalformed($"{value.Kind}", value.Key, malformed.Error));
            else if (change.Object is { } found)
                Post(cache => set(cache, value, found));
        }

        void Post(Action<ClusterCache> apply) => loop.Post($"{value.Kind}", value.Key, cache =>
        {
            if (IsCurrent(value, follower))
                apply(cache);
        });
    }

    private bool IsCurrent(NamedObject value, Follower follower)
    {
        lock (_lock)
            return _followers.GetValueOrDefault(value) == follower;
    }

    private void Forbid(NamedObject value, Follower follower, ApiException error)
    {
        lock (_lock)
        {
            if (_followers.GetValueOrDefault(value) == follower)
                _followers.Remove(value);
            if (!_forbidden.ContainsKey((value.Kind, value.Key.Namespace)))
                Log.Forbidden(log, value.Kind, value.Key.Namespace, error.Message);
            _forbidden[(value.Kind, value.Key.Namespace)] = time.GetUtcNow() + UntilAskedAgain;
        }
    }

    private bool IsForbidden(NamedObject value) =>
        _forbidden.TryGetValue((value.Kind, value.Key.Namespace), out var until) && until > time.GetUtcNow();

    private sealed class Follower
    {
        public CancellationTokenSource Stop { get; } = new();

        public Task Running { get; set; } = Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information,
            "May not watch a {Kind} of namespace {Namespace} by its name; those that are named are read every few seconds instead: {Error}",
            EventName = "NamedObjectsUnwatched")]
        public static partial void Forbidden(ILogger log, NamedKind kind, string @namespace, string error);

        [LoggerMessage(2, LogLevel.Error,
            "The watch of {Object} failed; it is read every few seconds instead", EventName = "NamedObjectWatchFailed")]
        public static partial void Failed(ILogger log, Exception error, NamedObject @object);
    }
}
