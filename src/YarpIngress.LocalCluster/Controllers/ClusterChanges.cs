using YarpIngress.LocalCluster.Api;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Controllers;

/// <summary>Tells controllers what changed: before is null for a new object, after is null for one that is gone.</summary>
internal delegate void ObjectChange(StoredObject? before, StoredObject? after);

/// <summary>One watch per resource, shared by all controllers.</summary>
/// <remarks>
/// Controllers only take note of keys here and read the objects from the store when they work, so that they never act
/// on old state.
/// </remarks>
internal sealed partial class ClusterChanges(ApiOperations api, TimeProvider time, ILogger<ClusterChanges> log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly Dictionary<ResourceInfo, List<ObjectChange>> _handlers = [];
    private readonly List<Action> _restarts = [];

    /// <summary>
    /// Calls <paramref name="handler"/> for every object that is there
    /// at the start and for every change. Only before the watches run.
    /// </summary>
    public void On(ResourceInfo resource, ObjectChange handler)
    {
        if (!_handlers.TryGetValue(resource, out var handlers))
            _handlers[resource] = handlers = [];
        handlers.Add(handler);
    }

    /// <summary>Calls <paramref name="handler"/> when changes may have been missed: what it knows may be gone.</summary>
    public void OnRestart(Action handler) => _restarts.Add(handler);

    public Task RunAsync(CancellationToken cancel) => Task.WhenAll(_handlers.Select(entry => RunAsync(entry.Key, entry.Value, cancel)));

    private async Task RunAsync(ResourceInfo resource, List<ObjectChange> handlers, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await WatchAsync(resource, handlers, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (ApiError error)
            {
                Log.Restarted(log, resource, error.Message);
            }
            catch (Exception e)
            {
                Log.Failed(log, resource, e);
            }

            await Task.Delay(Pause, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var restart in _restarts)
                restart();
        }
    }

    private async Task WatchAsync(ResourceInfo resource, List<ObjectChange> handlers, CancellationToken cancel)
    {
        var list = api.List(resource, null);
        foreach (var value in list.Items)
            Notify(handlers, null, value);
        var from = ListOptions.Default with { ResourceVersion = list.Revision.ToString(System.Globalization.CultureInfo.InvariantCulture) };
        await foreach (var batch in api.WatchBatchesAsync(resource, null, from, cancel))
        {
            foreach (var item in batch)
            {
                if (item.Object is { } value)
                    Notify(handlers, item.Source?.Previous, item.Type == WatchEventType.Deleted ? null : value);
            }
        }
    }

    private static void Notify(List<ObjectChange> handlers, StoredObject? before, StoredObject? after)
    {
        foreach (var handler in handlers)
            handler(before, after);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "The watch of {Resource} starts anew: {Reason}")]
        public static partial void Restarted(ILogger logger, ResourceInfo resource, string reason);

        [LoggerMessage(2, LogLevel.Error, "The watch of {Resource} failed and starts anew.")]
        public static partial void Failed(ILogger logger, ResourceInfo resource, Exception e);
    }
}
