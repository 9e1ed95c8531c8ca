using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Api.Housekeeping;

/// <summary>Events go an hour after their last change, the oldest also when there are too many.</summary>
internal sealed class EventExpiry(ApiOperations api, ApiServerOptions options)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<(string Key, long Written)> _byAge = new();
    private readonly Dictionary<string, LinkedListNode<(string Key, long Written)>> _nodes = new(StringComparer.Ordinal);

    /// <summary>Takes note of an Event's change; true when there are too many. Runs under the store's lock.</summary>
    public bool Note(StoreEvent change)
    {
        if (change.Object.Resource != ResourceCatalog.Events)
            return false;
        var key = change.Object.Key;
        lock (_gate)
        {
            if (_nodes.Remove(key, out var node))
                _byAge.Remove(node);
            if (change.Type != WatchEventType.Deleted)
                _nodes[key] = _byAge.AddLast((key, options.Time.GetTimestamp()));
            return _byAge.Count > options.EventLimit;
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _byAge.Clear();
            _nodes.Clear();
        }
    }

    public void RemoveOld()
    {
        while (Oldest() is { } key)
        {
            if (api.Store.Find(ResourceCatalog.Events, key) is { } value)
                api.Store.Remove(value);
            else
                Forget(key);
        }
    }

    private string? Oldest()
    {
        lock (_gate)
        {
            if (_byAge.First is not { } first)
                return null;
            return _byAge.Count > options.EventLimit || options.Time.GetElapsedTime(first.Value.Written) >= options.EventLifetime
                ? first.Value.Key
                : null;
        }
    }

    private void Forget(string key)
    {
        lock (_gate)
        {
            if (_nodes.Remove(key, out var node))
                _byAge.Remove(node);
        }
    }
}
