using System.Runtime.InteropServices;

namespace YarpIngress.Controller.Cache;

/// <summary>Who refers to what, in both directions.</summary>
internal sealed class ReverseIndex<TOwner, TReference>
    where TOwner : struct, IEquatable<TOwner>
    where TReference : notnull
{
    private readonly Dictionary<TOwner, TReference[]> _references = [];
    private readonly Dictionary<TReference, Owners> _owners = [];

    /// <summary>Everything that anyone refers to.</summary>
    public IReadOnlyCollection<TReference> References => _owners.Keys;

    public bool IsReferenced(TReference reference) => _owners.ContainsKey(reference);

    public IReadOnlyCollection<TOwner> OwnersOf(TReference reference) =>
        !_owners.TryGetValue(reference, out var owners) ? [] : owners.Several is { } several ? several : [owners.Single];

    /// <summary>
    /// Replaces what <paramref name="owner"/> refers to. Calls <paramref name="changed"/> for each reference that now has its
    /// first owner or has lost its last.
    /// </summary>
    public void Replace(TOwner owner, TReference[] references, Action<TReference>? changed = null)
    {
        var before = _references.GetValueOrDefault(owner) ?? [];
        if (references.Length == 0)
            _references.Remove(owner);
        else
            _references[owner] = references;

        // Added first: what is in both lists never looks as if it lost its last owner.
        foreach (var reference in references)
        {
            if (Add(owner, reference))
                changed?.Invoke(reference);
        }

        var kept = before.Length > 1 ? references.ToHashSet() : null;
        foreach (var reference in before)
        {
            if (kept?.Contains(reference) ?? references.Contains(reference))
                continue;
            if (Remove(owner, reference))
                changed?.Invoke(reference);
        }
    }

    public void Remove(TOwner owner, Action<TReference>? changed = null) => Replace(owner, [], changed);

    /// <summary>True for the first owner.</summary>
    private bool Add(TOwner owner, TReference reference)
    {
        ref var owners = ref CollectionsMarshal.GetValueRefOrAddDefault(_owners, reference, out var known);
        if (!known)
            owners = new Owners(owner, null);
        else if (owners.Several is { } several)
            several.Add(owner);
        else if (!owners.Single.Equals(owner))
            owners = new Owners(default, [owners.Single, owner]);
        return !known;
    }

    /// <summary>True for the last owner.</summary>
    private bool Remove(TOwner owner, TReference reference)
    {
        if (!_owners.TryGetValue(reference, out var owners))
            return false;
        if (owners.Several is { } several ? several.Remove(owner) && several.Count == 0 : owners.Single.Equals(owner))
            return _owners.Remove(reference);
        return false;
    }

    // Most references have one owner, and a set for each of 20,000 would take more memory than everything else here.
    private readonly record struct Owners(TOwner Single, HashSet<TOwner>? Several);
}
