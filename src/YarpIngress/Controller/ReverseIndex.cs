namespace YarpIngress.Controller;

/// <summary>Who refers to what, in both directions.</summary>
internal sealed class ReverseIndex<TOwner, TReference>
    where TOwner : notnull
    where TReference : notnull
{
    private readonly Dictionary<TOwner, IReadOnlyCollection<TReference>> _references = [];
    private readonly Dictionary<TReference, HashSet<TOwner>> _owners = [];

    /// <summary>Everything that anyone refers to.</summary>
    public IReadOnlyCollection<TReference> References => _owners.Keys;

    public bool IsReferenced(TReference reference) => _owners.ContainsKey(reference);

    public IReadOnlyCollection<TOwner> OwnersOf(TReference reference) => _owners.TryGetValue(reference, out var owners) ? owners : [];

    /// <summary>
    /// Replaces what <paramref name="owner"/> refers to. Calls <paramref name="changed"/> for each reference that now has its
    /// first owner or has lost its last.
    /// </summary>
    public void Replace(TOwner owner, IReadOnlyCollection<TReference> references, Action<TReference>? changed = null)
    {
        var before = _references.GetValueOrDefault(owner) ?? [];
        if (references.Count == 0)
            _references.Remove(owner);
        else
            _references[owner] = references;

        // Added first: what is in both lists never looks as if it lost its last owner.
        var added = new HashSet<TReference>(references);
        foreach (var reference in added)
        {
            if (!_owners.TryGetValue(reference, out var owners))
            {
                _owners[reference] = owners = [];
                changed?.Invoke(reference);
            }

            owners.Add(owner);
        }

        foreach (var reference in before)
        {
            if (added.Contains(reference) || !_owners.TryGetValue(reference, out var owners) || !owners.Remove(owner) || owners.Count > 0)
                continue;
            _owners.Remove(reference);
            changed?.Invoke(reference);
        }
    }

    public void Remove(TOwner owner, Action<TReference>? changed = null) => Replace(owner, [], changed);
}
