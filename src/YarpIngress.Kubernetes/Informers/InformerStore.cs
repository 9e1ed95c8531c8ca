using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Kubernetes;

/// <summary>
/// What the consumer knows. Turns lists and watch events, with all their repeats and gaps, into changes against that.
/// Used by one task only.
/// </summary>
internal sealed class InformerStore<T>(Action<InformerEvent<T>> tell, Func<T, T>? trim)
    where T : class, IKubernetesObject<T>
{
    private readonly Dictionary<ObjectKey, Known> _known = [];
    private HashSet<ObjectKey>? _listed;

    /// <summary>One object: decoded or malformed.</summary>
    private readonly record struct Known(T? Object, MalformedObject? Malformed, string? Version, string? Uid);

    public int Items => _known.Count - Malformed;

    public int Malformed { get; private set; }

    /// <summary>A list begins, or begins anew.</summary>
    public void BeginList() => _listed = [];

    /// <summary>Items of the list that was begun.</summary>
    public void AddPage(ObjectList<T> page)
    {
        foreach (var item in page.Items)
        {
            var key = ObjectKey.Of(item);
            _listed?.Add(key);
            var (version, uid) = (item.Metadata.ResourceVersion, item.Metadata.Uid);
            if (_known.TryGetValue(key, out var known) && known.Version == version && known.Uid == uid && version is not null)
                continue;
            Set(key, item, version, uid);
        }

        foreach (var item in page.Malformed)
        {
            if (item.Key is { } key)
                _listed?.Add(key);
            SetMalformed(item);
        }
    }

    /// <summary>The list that was begun is complete: what was not in it is gone.</summary>
    public void EndList()
    {
        if (_listed is not { } listed)
            return;

        _listed = null;
        foreach (var key in _known.Keys.Where(key => !listed.Contains(key)).ToList())
            Remove(key, last: null);
    }

    /// <summary>One event of a watch.</summary>
    public void Apply(WatchEvent<T> change)
    {
        if (change.Object is { } value)
        {
            var key = ObjectKey.Of(value);
            if (IsRepeat(key, value.Metadata.ResourceVersion))
                return;
            if (change.Type == WatchEventType.Deleted)
                Remove(key, value);
            else
                Set(key, value, value.Metadata.ResourceVersion, value.Metadata.Uid);
        }
        else if (change.Malformed is { } malformed)
        {
            if (malformed.Key is { } key && IsRepeat(key, malformed.ResourceVersion))
                return;
            if (change.Type != WatchEventType.Deleted)
                SetMalformed(malformed);
            else if (malformed.Key is { } gone)
                Remove(gone, last: null);
        }
    }

    private bool IsRepeat(ObjectKey key, string? version) =>
        _known.TryGetValue(key, out var known) && ResourceVersions.IsNotNewer(version, known.Version);

    private void Set(ObjectKey key, T value, string? version, string? uid)
    {
        if (Trim(value, out var error) is not { } trimmed)
        {
            SetMalformed(new MalformedObject { Kind = T.Resource.Kind, Key = key, ResourceVersion = version, Uid = uid, Error = error });
            return;
        }

        var before = _known.GetValueOrDefault(key);
        if (before.Malformed is not null)
            Malformed--;
        _known[key] = new Known(trimmed, null, version, uid);
        var type = before.Object is null ? InformerEventType.Added : InformerEventType.Modified;
        tell(new InformerEvent<T>(type, trimmed, before.Object, null));
    }

    private void SetMalformed(MalformedObject malformed)
    {
        if (malformed.Key is not { } key)
        {
            tell(new InformerEvent<T>(InformerEventType.Malformed, null, null, malformed));
            return;
        }

        var before = _known.GetValueOrDefault(key);
        if (before.Malformed == malformed)
            return;

        if (before.Malformed is null)
            Malformed++;
        _known[key] = new Known(null, malformed, malformed.ResourceVersion, malformed.Uid);
        tell(new InformerEvent<T>(InformerEventType.Malformed, null, before.Object, malformed));
    }

    private void Remove(ObjectKey key, T? last)
    {
        if (!_known.Remove(key, out var before))
            return;

        if (before.Malformed is not null)
            Malformed--;
        var value = before.Object is null ? null : last is null ? before.Object : Trim(last, out _) ?? before.Object;
        tell(new InformerEvent<T>(InformerEventType.Deleted, value, before.Object, before.Malformed));
    }

    private T? Trim(T value, out string error)
    {
        error = "";
        if (trim is null)
            return value;

        try
        {
            return trim(value);
        }
        catch (Exception e)
        {
            // Whatever it stumbled on is a fault of this one object.
            error = $"can't be used: {e.Message}";
            return null;
        }
    }
}
