using System.Collections.Concurrent;
using System.Threading.Channels;
using YarpIngress.Controller.Cache;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Ingress.References;

namespace YarpIngress.Controller.Following;

/// <summary>
/// Reads what an Ingress or a setting names and what no watch of a kind brings, ConfigMaps and Secrets that are not of type
/// <c>kubernetes.io/tls</c>: at once when the reference appears, and from then on by a watch of that object. What can't be
/// watched, since that is not allowed or there are too many, is read again every few seconds.
/// </summary>
internal sealed partial class ReferencedObjects(
    ApiClient api, ControllerLoop loop, FollowedObjects followed, ILogger<ReferencedObjects> log, TimeProvider time)
{
    /// <summary>How often is read what is not watched.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private const int ParallelReads = 4;
    private const int MostPerInterval = 100;

    // Each key once: an Ingress that changes all the time and names Secrets that are not there adds nothing, and what is
    // left from the last time, as while the API server is down, does not pile up.
    private readonly ConcurrentDictionary<NamedObject, bool> _waiting = new();
    private readonly Channel<NamedObject> _wanted = Channel.CreateUnbounded<NamedObject>();

    private int _turn;

    /// <summary>How many objects are still to be read.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>An object is referred to and not in the cache.</summary>
    public void Want(NamedObject value)
    {
        if (_waiting.TryAdd(value, true))
            _wanted.Writer.TryWrite(value);
    }

    /// <summary>Nobody refers to an object by name any more.</summary>
    public void Leave(NamedObject value) => followed.Leave(value);

    /// <summary>Reads until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        await using var timer = time.CreateTimer(_ => loop.Post("Secret", null, Refresh), null, Interval, Interval);
        try
        {
            await Parallel.ForEachAsync(
                _wanted.Reader.ReadAllAsync(ct), new ParallelOptions { MaxDegreeOfParallelism = ParallelReads, CancellationToken = ct },
                async (value, token) => await ReadAsync(value, token));
        }
        finally
        {
            await followed.StopAsync();
        }
    }

    private void Refresh(ClusterCache cache)
    {
        var unwatched = cache.ReferencedSecrets.Select(key => new NamedObject(NamedKind.Secret, key)).Concat(cache.Named.All)
            .Where(value => value.Kind is not NamedKind.Secret
                || cache.Secret(value.Key) is not { } secret || !NamedReadings.IsWatched(secret))
            .ToHashSet();
        followed.Keep(unwatched);
        List<NamedObject> unfollowed = [.. unwatched.Where(value => !followed.Follows(value))];
        // Thousands of missing Secrets take turns, so that they never burden the API server.
        var count = Math.Min(unfollowed.Count, MostPerInterval);
        for (var i = 0; i < count; i++)
            Want(unfollowed[(_turn + i) % unfollowed.Count]);
        _turn = count == 0 ? 0 : (_turn + count) % unfollowed.Count;
    }

    private async Task ReadAsync(NamedObject value, CancellationToken ct)
    {
        // Before the read: who wants it while it is read may know something newer.
        _waiting.TryRemove(value, out _);
        try
        {
            if (value.Kind is NamedKind.Secret)
                Found(value, await api.GetAsync<V1Secret>(value.Key.Namespace, value.Key.Name, ct), NamedReadings.Set);
            else
                Found(value, await api.GetAsync<V1ConfigMap>(value.Key.Namespace, value.Key.Name, ct), NamedReadings.Set);
        }
        catch (ApiException error) when (error.IsNotFound)
        {
            Post(value, cache => NamedReadings.Remove(cache, value));
        }
        catch (ApiException error)
        {
            Log.Failed(log, value, error.Message);
            // What we may not read counts as absent. A server that is down says nothing about its objects.
            if (error.StatusCode is >= 400 and < 500)
                loop.Post($"{value.Kind}", null, cache => cache.Named.Read(value));
        }
    }

    private void Found<T>(NamedObject value, T found, Action<ClusterCache, NamedObject, T> set) =>
        Post(value, cache => set(cache, value, found));

    private void Post(NamedObject value, Action<ClusterCache> apply) => loop.Post($"{value.Kind}", value.Key, cache =>
    {
        // A watch that began in the meantime knows better.
        if (!followed.Follows(value))
        {
            apply(cache);
            FollowIfUnwatched(cache, value);
        }
        cache.Named.Read(value);
    });

    // TLS Secrets that are missing come with the watch of them all: only what an annotation names is waited for one by one.
    private void FollowIfUnwatched(ClusterCache cache, NamedObject value)
    {
        var secret = value.Kind is NamedKind.Secret ? cache.Secret(value.Key) : null;
        var isNamed = cache.Named.IsNamed(value) && value.Key != (value.Kind is NamedKind.ConfigMap ? cache.Settings.ConfigMap : null);
        if (isNamed ? secret is null || !NamedReadings.IsWatched(secret)
            : secret is not null && !NamedReadings.IsWatched(secret) && cache.IsReferencedSecret(value.Key))
            followed.Follow(value);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug,
            "{Object} could not be read, trying again soon: {Error}", EventName = "ObjectUnread")]
        public static partial void Failed(ILogger log, NamedObject @object, string error);
    }
}
