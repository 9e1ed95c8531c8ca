using System.Collections.Concurrent;
using System.Threading.Channels;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Ingress.References;

namespace YarpIngress.Controller;

/// <summary>
/// Reads what an Ingress or a setting names and what no watch brings, ConfigMaps and Secrets that are not of type
/// <c>kubernetes.io/tls</c>: at once when the reference appears, and again every few seconds.
/// </summary>
internal sealed partial class ReferencedObjects(ApiClient api, ControllerLoop loop, ILogger<ReferencedObjects> log, TimeProvider time)
{
    private const int ParallelReads = 4;
    private const int MostPerInterval = 100;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

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

    /// <summary>Reads until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        await using var timer = time.CreateTimer(_ => loop.Post("Secret", null, Refresh), null, Interval, Interval);
        await Parallel.ForEachAsync(
            _wanted.Reader.ReadAllAsync(ct), new ParallelOptions { MaxDegreeOfParallelism = ParallelReads, CancellationToken = ct },
            async (value, token) => await ReadAsync(value, token));
    }

    private void Refresh(ClusterCache cache)
    {
        List<NamedObject> unwatched =
        [
            .. cache.ReferencedSecrets.Select(key => new NamedObject(NamedKind.Secret, key)).Concat(cache.Named.All).Distinct()
                .Where(value => value.Kind is not NamedKind.Secret || cache.Secret(value.Key) is not { Type: ClusterFeed.TlsSecretType }),
        ];
        // Thousands of missing Secrets take turns, so that they never burden the API server.
        var count = Math.Min(unwatched.Count, MostPerInterval);
        for (var i = 0; i < count; i++)
            Want(unwatched[(_turn + i) % unwatched.Count]);
        _turn = count == 0 ? 0 : (_turn + count) % unwatched.Count;
    }

    private async Task ReadAsync(NamedObject value, CancellationToken ct)
    {
        // Before the read: who wants it while it is read may know something newer.
        _waiting.TryRemove(value, out _);
        try
        {
            if (value.Kind is NamedKind.Secret)
                await ReadSecretAsync(value, ct);
            else
                await ReadConfigMapAsync(value, ct);
        }
        catch (ApiException error) when (error.IsNotFound)
        {
            loop.Post($"{value.Kind}", value.Key, cache =>
            {
                if (value.Kind is NamedKind.ConfigMap)
                    cache.RemoveConfigMap(value.Key);
                else if (cache.Secret(value.Key) is { Type: not ClusterFeed.TlsSecretType })
                    cache.RemoveSecret(value.Key);
                cache.Named.Read(value);
            });
        }
        catch (ApiException error)
        {
            Log.Failed(log, value, error.Message);
            // What we may not read counts as absent. A server that is down says nothing about its objects.
            if (error.StatusCode is >= 400 and < 500)
                loop.Post($"{value.Kind}", null, cache => cache.Named.Read(value));
        }
    }

    private async Task ReadSecretAsync(NamedObject value, CancellationToken ct)
    {
        var key = value.Key;
        var secret = await api.GetAsync<V1Secret>(key.Namespace, key.Name, ct);
        loop.Post("Secret", key, cache =>
        {
            // What an annotation names is looked at whole: users may be entries of their own.
            secret = cache.Named.IsNamed(value) ? TrimmedObjects.Metadata(secret) : TrimmedObjects.Secret(secret);
            // The watch of those is ahead of any read.
            if (secret.Type != ClusterFeed.TlsSecretType && cache.Secret(key)?.Metadata.ResourceVersion != secret.Metadata.ResourceVersion)
                cache.Set(secret);
            cache.Named.Read(value);
        });
    }

    private async Task ReadConfigMapAsync(NamedObject value, CancellationToken ct)
    {
        var key = value.Key;
        var map = TrimmedObjects.Metadata(await api.GetAsync<V1ConfigMap>(key.Namespace, key.Name, ct));
        loop.Post("ConfigMap", key, cache =>
        {
            if (cache.Named.IsNamed(value) && cache.ConfigMap(key)?.Metadata.ResourceVersion != map.Metadata.ResourceVersion)
                cache.Set(map);
            cache.Named.Read(value);
        });
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug,
            "{Object} could not be read, trying again soon: {Error}", EventName = "ObjectUnread")]
        public static partial void Failed(ILogger log, NamedObject @object, string error);
    }
}
