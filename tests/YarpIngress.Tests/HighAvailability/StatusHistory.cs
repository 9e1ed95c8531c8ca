using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Tests.HighAvailability;

/// <summary>Every status that an Ingress ever had, one after the other.</summary>
internal sealed class StatusHistory : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, List<string>> _seen = new();
    private readonly Task _running;

    private StatusHistory(ApiClient api) =>
        _running = new Informer<V1Ingress>(api, new(), Note, NullLogger.Instance, TimeProvider.System).RunAsync(_stop.Token);

    public static StatusHistory Follow(ApiClient api) => new(api);

    /// <summary>The statuses of an Ingress, without repetitions.</summary>
    public IReadOnlyList<string> Of(string ingress)
    {
        var seen = _seen.GetOrAdd(ingress, _ => []);
        lock (seen)
            return [.. seen];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private void Note(InformerEvent<V1Ingress> change)
    {
        if (change is not { Type: InformerEventType.Added or InformerEventType.Modified, Object: { } ingress })
            return;
        var seen = _seen.GetOrAdd(ingress.Metadata.Name!, _ => []);
        lock (seen)
        {
            var status = GatewayCluster.TextOf(ingress);
            if (seen.Count == 0 || seen[^1] != status)
                seen.Add(status);
        }
    }
}
