using System.Collections.Concurrent;
using System.Diagnostics;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Benchmarks.Propagation;

/// <summary>A watch of the benchmark's own: notes the moment at which the API server delivers an object's change.</summary>
internal sealed class DeliveryWatch<T> : IAsyncDisposable
    where T : class, IKubernetesObject<T>
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<long>> _awaited = new();
    private readonly CancellationTokenSource _stop;
    private readonly Task _watching;

    private DeliveryWatch(ApiClient api, string namespaceName, string resourceVersion, CancellationToken ct)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        _watching = WatchAsync(api, namespaceName, resourceVersion, _stop.Token);
    }

    public static async Task<DeliveryWatch<T>> StartAsync(ApiClient api, string namespaceName, CancellationToken ct)
    {
        var list = await api.ListAsync<T>(namespaceName, new ListQuery { Limit = 1 }, ct);
        return new DeliveryWatch<T>(api, namespaceName, list.ResourceVersion!, ct);
    }

    /// <summary>The timestamp of the next delivery of <paramref name="name"/>.</summary>
    public async Task<long> NextAsync(string name, CancellationToken ct)
    {
        var delivery = _awaited[name] = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = await Task.WhenAny(delivery.Task, _watching).WaitAsync(TimeSpan.FromSeconds(30), ct);
        return first == delivery.Task
            ? await delivery.Task
            : throw new InvalidOperationException("the benchmark's watch ended", _watching.Exception);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _watching;
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }

        _stop.Dispose();
    }

    private async Task WatchAsync(ApiClient api, string namespaceName, string resourceVersion, CancellationToken ct)
    {
        await foreach (var change in api.WatchAsync<T>(namespaceName, new WatchQuery { ResourceVersion = resourceVersion }, ct))
        {
            var now = Stopwatch.GetTimestamp();
            if (change.Object?.Metadata.Name is { } name && _awaited.TryRemove(name, out var delivery))
                delivery.SetResult(now);
        }
    }
}
