using System.Collections.Concurrent;
using System.Threading.Channels;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Controller;

/// <summary>
/// Reads Secrets that an Ingress names and that are not of type <c>kubernetes.io/tls</c>, which no watch brings: at once
/// when the reference appears, and again every few seconds.
/// </summary>
internal sealed partial class ReferencedSecrets(ApiClient api, ControllerLoop loop, ILogger<ReferencedSecrets> log, TimeProvider time)
{
    private const int ParallelReads = 4;
    private const int MostPerInterval = 100;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    // Each key once: an Ingress that changes all the time and names Secrets that are not there adds nothing, and what is
    // left from the last time, as while the API server is down, does not pile up.
    private readonly ConcurrentDictionary<ObjectKey, bool> _waiting = new();
    private readonly Channel<ObjectKey> _wanted = Channel.CreateUnbounded<ObjectKey>();

    private int _turn;

    /// <summary>How many Secrets are still to be read.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>A Secret is referred to and not in the cache.</summary>
    public void Want(ObjectKey key)
    {
        if (_waiting.TryAdd(key, true))
            _wanted.Writer.TryWrite(key);
    }

    /// <summary>Reads until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        await using var timer = time.CreateTimer(_ => loop.Post("Secret", null, Refresh), null, Interval, Interval);
        await Parallel.ForEachAsync(
            _wanted.Reader.ReadAllAsync(ct), new ParallelOptions { MaxDegreeOfParallelism = ParallelReads, CancellationToken = ct },
            async (key, token) => await ReadAsync(key, token));
    }

    private void Refresh(ClusterCache cache)
    {
        List<ObjectKey> unwatched =
            [.. cache.ReferencedSecrets.Where(key => cache.Secret(key) is not { Type: ClusterFeed.TlsSecretType })];
        // Thousands of missing Secrets take turns, so that they never burden the API server.
        var count = Math.Min(unwatched.Count, MostPerInterval);
        for (var i = 0; i < count; i++)
            Want(unwatched[(_turn + i) % unwatched.Count]);
        _turn = count == 0 ? 0 : (_turn + count) % unwatched.Count;
    }

    private async Task ReadAsync(ObjectKey key, CancellationToken ct)
    {
        // Before the read: who wants it while it is read may know something newer.
        _waiting.TryRemove(key, out _);
        try
        {
            var secret = TrimmedObjects.Secret(await api.GetAsync<V1Secret>(key.Namespace, key.Name, ct));
            if (secret.Type != ClusterFeed.TlsSecretType)
                loop.Post("Secret", key, cache =>
                {
                    if (cache.Secret(key)?.Metadata.ResourceVersion != secret.Metadata.ResourceVersion)
                        cache.Set(secret);
                });
        }
        catch (ApiException error) when (error.IsNotFound)
        {
            loop.Post("Secret", key, cache =>
            {
                if (cache.Secret(key) is { Type: not ClusterFeed.TlsSecretType })
                    cache.RemoveSecret(key);
            });
        }
        catch (ApiException error)
        {
            Log.Failed(log, key, error.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug,
            "Secret {Secret} could not be read, trying again soon: {Error}", EventName = "SecretUnread")]
        public static partial void Failed(ILogger log, ObjectKey secret, string error);
    }
}
