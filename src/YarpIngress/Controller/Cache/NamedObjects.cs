using YarpIngress.Translation.Ingress.References;
using YarpIngress.Translation.Model;

namespace YarpIngress.Controller.Cache;

/// <summary>
/// Who names which ConfigMap or Secret by an annotation or a setting. Such objects are read one by one, so each is unread
/// at first: what depends on it stays as it is until then.
/// </summary>
internal sealed class NamedObjects(DirtyUnits dirty)
{
    private readonly ReverseIndex<ProblemObject, NamedObject> _users = new();
    private readonly HashSet<NamedObject> _unread = [];

    /// <summary>Reads an object that begins to be named; null where everything that there is comes by itself.</summary>
    public Action<NamedObject>? Reader { get; set; }

    /// <summary>Told of an object that nobody names any more; null where nobody need know.</summary>
    public Action<NamedObject>? Left { get; set; }

    /// <summary>Everything that is named.</summary>
    public IReadOnlyCollection<NamedObject> All => _users.References;

    /// <summary>Whether something is still to be read.</summary>
    public bool AnyUnread => _unread.Count > 0;

    public bool IsNamed(NamedObject value) => _users.IsReferenced(value);

    /// <summary>Whether one of <paramref name="uses"/> is still to be read.</summary>
    public bool IsUnread(IReadOnlyList<ObjectUse> uses)
    {
        if (_unread.Count == 0)
            return false;
        foreach (var use in uses)
        {
            if (_unread.Contains(use.Object))
                return true;
        }
        return false;
    }

    /// <summary>Says what <paramref name="user"/> names.</summary>
    /// <param name="user">An Ingress, or the ConfigMap of the global settings.</param>
    /// <param name="uses">What it names.</param>
    /// <param name="changed">Told of each object that is named for the first time, or no longer.</param>
    public void Set(ProblemObject user, IReadOnlyList<ObjectUse> uses, Action<NamedObject> changed) =>
        _users.Replace(user, uses.Count == 0 ? [] : [.. uses.Select(use => use.Object).Distinct()], changed);

    /// <summary>Has an object read that is named now.</summary>
    public void Want(NamedObject value)
    {
        if (Reader is null)
            return;
        _unread.Add(value);
        Reader(value);
    }

    /// <summary>
    /// Has an object read again that is named now and was in the cache before, since when nothing may have told of its changes.
    /// </summary>
    public void Renew(NamedObject value) => Reader?.Invoke(value);

    /// <summary>Nobody names it any more.</summary>
    public void Forget(NamedObject value)
    {
        _unread.Remove(value);
        Left?.Invoke(value);
    }

    /// <summary>It was looked for, and is in the cache if it exists.</summary>
    public void Read(NamedObject value)
    {
        if (_unread.Remove(value))
            MarkUsers(value);
    }

    /// <summary>It changed: so may what its users ask for.</summary>
    public void MarkUsers(NamedObject value)
    {
        foreach (var user in _users.OwnersOf(value))
        {
            if (user.Kind == "Ingress")
                dirty.Resolutions.Add(user.Key);
            else
                dirty.GlobalSettings = true;
        }
    }
}
