using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Discovery;

namespace YarpIngress.LocalCluster.Store;

/// <summary>All objects, one revision counter and the history of each resource: what etcd is to a real API server.</summary>
/// <remarks>Safe for many threads. A write takes one short lock; readers take snapshots, which never change.</remarks>
internal sealed class ObjectStore
{
    /// <summary>Gap between the revisions before and after a loss of all data, so that old versions are recognized as compacted
    /// (upstream's advice for a restore: <c>etcdutl snapshot restore --bump-revision --mark-compacted</c>).</summary>
    private const long RestartGap = 1_000_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<ResourceInfo, ObjectCollection> _collections;
    private readonly ObjectIndex _index = new();
    private long _revision = 1;

    /// <param name="historyLimit">Changes that are kept per resource.</param>
    /// <param name="historyBytes">Bytes of objects that the history of one resource may hold.</param>
    public ObjectStore(int historyLimit = 16_384, long historyBytes = 64 << 20)
    {
        _collections = ResourceCatalog.All.Where(r => r.ViewOf is null)
            .ToDictionary(r => r, r => new ObjectCollection(r, historyLimit, historyBytes));
    }

    /// <summary>Called after each change, in order, under the lock: it must only take note.</summary>
    public event Action<StoreEvent>? Changed;

    /// <summary>Called after all data was dropped.</summary>
    public event Action? Cleared;

    public long Revision => Volatile.Read(ref _revision);

    public StoredObject? Find(ResourceInfo resource, string key)
    {
        lock (_gate)
            return _collections[resource.Storage].Find(key);
    }

    public StoredObject? FindByUid(string uid)
    {
        lock (_gate)
            return _index.Find(uid);
    }

    /// <summary>The objects that name <paramref name="ownerUid"/> as an owner.</summary>
    public IReadOnlyList<StoredObject> Dependents(string ownerUid)
    {
        lock (_gate)
            return _index.Dependents(ownerUid);
    }

    /// <summary>The objects as they are now.</summary>
    public ObjectSnapshot Snapshot(ResourceInfo resource)
    {
        lock (_gate)
            return new ObjectSnapshot(_collections[resource.Storage].Objects, _revision);
    }

    /// <summary>The objects as they were at <paramref name="revision"/>; null when its history is gone.</summary>
    public ObjectSnapshot? SnapshotAt(ResourceInfo resource, long revision)
    {
        ObjectSnapshot now;
        IReadOnlyList<StoreEvent>? changes;
        lock (_gate)
        {
            var collection = _collections[resource.Storage];
            now = new ObjectSnapshot(collection.Objects, _revision);
            changes = revision < collection.History.CompactedUpTo ? null : collection.History.After(revision, int.MaxValue);
        }
        return changes is null ? null : now.Before(changes, revision);
    }

    /// <summary>Adds an object; null when its name is taken.</summary>
    public StoredObject? Insert(ResourceInfo resource, JsonObject value)
    {
        var metadata = ObjectMetadata.Of(value);
        var key = StoredObject.KeyOf(metadata.Namespace, metadata.Name ?? "");
        lock (_gate)
        {
            var collection = _collections[resource.Storage];
            if (collection.Find(key) is not null)
                return null;
            return Commit(
                collection, new StoreEvent(WatchEventType.Added, StoredObject.Freeze(resource.Storage, value, _revision + 1), null));
        }
    }

    /// <summary>Puts a new version in the place of <paramref name="expected"/>; null when another writer was faster.</summary>
    public StoredObject? Replace(StoredObject expected, JsonObject value)
    {
        lock (_gate)
        {
            var collection = _collections[expected.Resource];
            if (!ReferenceEquals(collection.Find(expected.Key), expected))
                return null;
            var next = StoredObject.Freeze(expected.Resource, value, _revision + 1);
            return Commit(collection, new StoreEvent(WatchEventType.Modified, next, expected));
        }
    }

    /// <summary>Removes <paramref name="expected"/>; null when another writer was faster. The result is its last state.</summary>
    public StoredObject? Remove(StoredObject expected, JsonObject? last = null)
    {
        lock (_gate)
        {
            var collection = _collections[expected.Resource];
            if (!ReferenceEquals(collection.Find(expected.Key), expected))
                return null;
            var gone = StoredObject.Freeze(expected.Resource, last ?? expected.ToJson(), _revision + 1);
            return Commit(collection, new StoreEvent(WatchEventType.Deleted, gone, expected));
        }
    }

    /// <summary>Changes of a resource after <paramref name="revision"/>, at once or when they come; empty after
    /// <paramref name="patience"/>. Null when the history no longer reaches back so far.</summary>
    public async ValueTask<StoreChanges?> ReadAsync(
        ResourceInfo resource, long revision, int limit, TimeSpan patience, TimeProvider time, CancellationToken cancellation)
    {
        var waited = false;
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                var collection = _collections[resource.Storage];
                var events = collection.History.After(revision, limit);
                if (events is null)
                    return null;
                if (events.Count > 0 || waited)
                    return new StoreChanges(events, events.Count == limit ? events[^1].Revision : _revision);
                changed = collection.NextChange;
            }
            await changed.WaitAsync(patience, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellation.ThrowIfCancellationRequested();
            waited = true;
        }
    }

    /// <summary>Whether a watch may start at <paramref name="revision"/>, else the oldest revision where it may.</summary>
    public bool CanWatchFrom(ResourceInfo resource, long revision, out long oldest)
    {
        lock (_gate)
            oldest = _collections[resource.Storage].History.CompactedUpTo;
        return revision >= oldest;
    }

    /// <summary>Forgets the history up to now, as etcd's compaction does. Open watches go on.</summary>
    public void Compact()
    {
        lock (_gate)
        {
            foreach (var collection in _collections.Values)
                collection.History.Compact(_revision);
        }
    }

    /// <summary>Loses all objects and all history.</summary>
    public void Clear() => StartOver(atLeast: 0);

    /// <summary>Begins beyond every revision of an earlier run, which clients may still hold: nobody makes a change each
    /// millisecond for long.</summary>
    public void ContinueAfter(DateTimeOffset now) => StartOver(now.ToUnixTimeMilliseconds());

    private void StartOver(long atLeast)
    {
        lock (_gate)
        {
            _revision = Math.Max(_revision + RestartGap, atLeast);
            _index.Clear();
            foreach (var collection in _collections.Values)
                collection.Clear(_revision);
        }
        Cleared?.Invoke();
    }

    private StoredObject Commit(ObjectCollection collection, StoreEvent change)
    {
        Volatile.Write(ref _revision, change.Revision);
        collection.Apply(change);
        _index.Apply(change);
        Changed?.Invoke(change);
        return change.Object;
    }
}

/// <summary>Changes that were read from the history.</summary>
/// <param name="Events">Oldest first.</param>
/// <param name="Revision">Everything up to here was seen.</param>
internal sealed record StoreChanges(IReadOnlyList<StoreEvent> Events, long Revision);
