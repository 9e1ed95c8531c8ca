namespace YarpIngress.LocalCluster.Store;

/// <summary>Objects by UID and by the UIDs of their owners. Used under the store's lock.</summary>
internal sealed class ObjectIndex
{
    private readonly Dictionary<string, StoredObject> _byUid = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _dependents = new(StringComparer.Ordinal);

    public StoredObject? Find(string uid) => _byUid.GetValueOrDefault(uid);

    public IReadOnlyList<StoredObject> Dependents(string ownerUid) =>
        _dependents.TryGetValue(ownerUid, out var uids) ? [.. uids.Select(uid => _byUid[uid])] : [];

    public void Apply(StoreEvent change)
    {
        if (change.Previous is { } previous)
        {
            _byUid.Remove(previous.Uid);
            foreach (var owner in previous.OwnerUids)
                RemoveDependent(owner, previous.Uid);
        }
        if (change.Type == WatchEventType.Deleted)
            return;
        _byUid[change.Object.Uid] = change.Object;
        foreach (var owner in change.Object.OwnerUids)
        {
            if (!_dependents.TryGetValue(owner, out var uids))
                _dependents[owner] = uids = new HashSet<string>(StringComparer.Ordinal);
            uids.Add(change.Object.Uid);
        }
    }

    public void Clear()
    {
        _byUid.Clear();
        _dependents.Clear();
    }

    private void RemoveDependent(string owner, string uid)
    {
        if (!_dependents.TryGetValue(owner, out var uids))
            return;
        uids.Remove(uid);
        if (uids.Count == 0)
            _dependents.Remove(owner);
    }
}
