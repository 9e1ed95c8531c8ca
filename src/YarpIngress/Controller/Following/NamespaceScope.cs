using YarpIngress.Controller.Cache;
using YarpIngress.Kubernetes;

namespace YarpIngress.Controller.Following;

/// <summary>
/// <c>--watch-namespace-selector</c>: keeps what namespaces hold that are not selected out of the cache, and puts it in
/// when a namespace's labels come to match. Owned by the controller loop.
/// </summary>
/// <param name="isExempt">Objects that flags name are wanted wherever they are.</param>
internal sealed class NamespaceScope(Func<string, ObjectKey, bool> isExempt)
{
    private readonly HashSet<string> _selected = [];
    private readonly Dictionary<string, Dictionary<(string Kind, ObjectKey Key), Action<ClusterCache>>> _objects = [];

    /// <summary>An object is there in this state.</summary>
    public void Set(ClusterCache cache, string kind, ObjectKey key, Action<ClusterCache> set)
    {
        if (key.Namespace.Length > 0)
        {
            if (!_objects.TryGetValue(key.Namespace, out var objects))
                _objects[key.Namespace] = objects = [];
            objects[(kind, key)] = set;
        }
        if (IsWanted(kind, key))
            set(cache);
    }

    /// <summary>An object is gone.</summary>
    public void Remove(ClusterCache cache, string kind, ObjectKey key)
    {
        if (_objects.TryGetValue(key.Namespace, out var objects) && objects.Remove((kind, key)) && objects.Count == 0)
            _objects.Remove(key.Namespace);
        cache.Remove(kind, key);
    }

    /// <summary>A namespace matches the selector now.</summary>
    public void Select(ClusterCache cache, string name)
    {
        if (!_selected.Add(name))
            return;
        foreach (var set in ObjectsOf(name).Values)
            set(cache);
    }

    /// <summary>A namespace no longer matches, or is gone.</summary>
    public void Deselect(ClusterCache cache, string name)
    {
        if (!_selected.Remove(name))
            return;
        foreach (var (kind, key) in ObjectsOf(name).Keys)
            if (!isExempt(kind, key))
                cache.Remove(kind, key);
    }

    /// <summary>Whether a namespace matches the selector.</summary>
    public bool IsSelected(string name) => _selected.Contains(name);

    private bool IsWanted(string kind, ObjectKey key) =>
        key.Namespace.Length == 0 || _selected.Contains(key.Namespace) || isExempt(kind, key);

    private Dictionary<(string Kind, ObjectKey Key), Action<ClusterCache>> ObjectsOf(string name) => _objects.GetValueOrDefault(name) ?? [];
}
