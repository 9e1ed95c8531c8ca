using System.Collections.Concurrent;

namespace YarpIngress.LocalCluster.Store;

/// <summary>One change in the history of a resource.</summary>
internal sealed class StoreEvent(WatchEventType type, StoredObject value, StoredObject? previous)
{
    private readonly ConcurrentDictionary<(object Format, WatchEventType Type), byte[]> _frames = new();
    private StoredObject? _lastSelected;

    public WatchEventType Type { get; } = type;

    /// <summary>The object after the change; for a deletion, its last state with the deletion's revision.</summary>
    public StoredObject Object { get; } = value;

    /// <summary>The object before the change.</summary>
    public StoredObject? Previous { get; } = previous;

    public long Revision => Object.Revision;

    /// <summary>For a watcher whose selector no longer passes the object: its state before the change, at the change's revision.</summary>
    public StoredObject LastSelected =>
        Type == WatchEventType.Deleted || Previous is null ? Object : LazyInitializer.EnsureInitialized(
            ref _lastSelected, () => StoredObject.Freeze(Previous.Resource, Previous.ToJson(), Revision));

    /// <summary>The bytes that watches send in one format: made once, shared by all watches.</summary>
    public byte[] Frame(object format, WatchEventType type, Func<WatchEventType, byte[]> write) =>
        _frames.GetOrAdd((format, type), static (key, make) => make(key.Type), write);
}
