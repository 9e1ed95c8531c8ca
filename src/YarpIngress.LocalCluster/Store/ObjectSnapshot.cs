using System.Collections.Immutable;

namespace YarpIngress.LocalCluster.Store;

/// <summary>All objects of one resource as they were at one revision.</summary>
/// <param name="Objects">Sorted by key.</param>
/// <param name="Revision">The store's revision then.</param>
internal readonly record struct ObjectSnapshot(ImmutableSortedSet<StoredObject> Objects, long Revision)
{
    /// <summary>The objects of a namespace (all, when it is null), after the key <paramref name="after"/>.</summary>
    public IEnumerable<StoredObject> In(string? namespaceName, string? after = null)
    {
        if (namespaceName is null && after is null)
            return Objects;
        return Range(Objects, namespaceName is null ? "" : namespaceName + "/", after);
    }

    /// <summary>The same objects after undoing <paramref name="changes"/>, which run from oldest to newest.</summary>
    public ObjectSnapshot Before(IReadOnlyList<StoreEvent> changes, long revision)
    {
        var objects = Objects.ToBuilder();
        for (var i = changes.Count - 1; i >= 0; i--)
        {
            if (changes[i].Type != WatchEventType.Deleted)
                objects.Remove(changes[i].Object);
            if (changes[i].Previous is { } previous)
                objects.Add(previous);
        }
        return new ObjectSnapshot(objects.ToImmutable(), revision);
    }

    private static IEnumerable<StoredObject> Range(ImmutableSortedSet<StoredObject> objects, string prefix, string? after)
    {
        var from = after is null || string.CompareOrdinal(after, prefix) < 0 ? prefix : after;
        var index = IndexAfter(objects, from);
        for (; index < objects.Count; index++)
        {
            var value = objects[index];
            if (!value.Key.StartsWith(prefix, StringComparison.Ordinal))
                yield break;
            yield return value;
        }
    }

    /// <summary>The place of the first object whose key is greater than <paramref name="key"/>.</summary>
    private static int IndexAfter(ImmutableSortedSet<StoredObject> objects, string key)
    {
        var low = 0;
        var high = objects.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (string.CompareOrdinal(objects[middle].Key, key) <= 0)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
