using System.Collections.Immutable;
using YarpIngress.LocalCluster.Discovery;

namespace YarpIngress.LocalCluster.Store;

/// <summary>The objects of one resource and their history. Used under the store's lock.</summary>
internal sealed class ObjectCollection(ResourceInfo resource, int historyLimit, long historyBytes)
{
    private TaskCompletionSource? _changed;

    /// <summary>Sorted by key; each change makes a new set, so a snapshot is a reference.</summary>
    public ImmutableSortedSet<StoredObject> Objects { get; private set; } = ImmutableSortedSet.Create<StoredObject>(KeyOrder.Instance);

    public EventLog History { get; } = new(historyLimit, historyBytes);

    /// <summary>Done at the next change.</summary>
    public Task NextChange => (_changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public StoredObject? Find(string key) =>
        Objects.TryGetValue(StoredObject.Probe(resource, key), out var found) ? found : null;

    public void Apply(StoreEvent change)
    {
        var objects = change.Previous is { } previous ? Objects.Remove(previous) : Objects;
        Objects = change.Type == WatchEventType.Deleted ? objects : objects.Add(change.Object);
        History.Append(change);
        Wake();
    }

    public void Clear(long revision)
    {
        Objects = Objects.Clear();
        History.Restart(revision);
        Wake();
    }

    private void Wake()
    {
        var changed = _changed;
        _changed = null;
        changed?.TrySetResult();
    }

    private sealed class KeyOrder : IComparer<StoredObject>
    {
        public static KeyOrder Instance { get; } = new();

        public int Compare(StoredObject? x, StoredObject? y) => string.CompareOrdinal(x?.Key, y?.Key);
    }
}
