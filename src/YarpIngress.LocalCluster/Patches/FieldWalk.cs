using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Patches;

/// <summary>The set algebra of server-side apply over objects: structured-merge-diff's operations.</summary>
internal static class FieldWalk
{
    /// <summary>The fields that an applied configuration names.</summary>
    /// <param name="type">Type of the value.</param>
    /// <param name="value">The configuration.</param>
    /// <param name="ignored">Fields that nobody owns.</param>
    public static FieldSet FieldsOf(FieldType? type, JsonNode? value, FieldSet? ignored)
    {
        var set = new FieldSet();
        if (TypedTree.IsLeaf(type, value) || TypedTree.IsNothing(value))
        {
            set.Insert();
            return set;
        }

        foreach (var (element, child) in TypedTree.Children(type, value))
        {
            var skip = ignored?.Find(element);
            if (skip is { IsMember: true })
            {
                continue;
            }

            var childType = TypedTree.Child(type, element);
            var below = FieldsOf(childType, child, skip);

            // Map entries and list items are members themselves, the fields of a struct are not.
            if (element[0] != 'f' || type?.Shape != FieldShape.Object)
            {
                below.Insert();
            }

            if (!below.IsEmpty)
            {
                set.Adopt(element, below);
            }
        }

        return set;
    }

    /// <summary>What changed between two states.</summary>
    public static Comparison Compare(FieldType? type, JsonNode? before, JsonNode? after, FieldSet? ignored)
    {
        var comparison = new Comparison(new FieldSet(), new FieldSet(), new FieldSet());
        Compare(type, before, after, hadBefore: true, hasAfter: true, ignored, comparison);
        return comparison;
    }

    /// <summary>Live state with the configuration laid over it.</summary>
    public static JsonNode? Merge(FieldType? type, JsonNode? live, JsonNode? config)
    {
        if (config is null || live is null || live.GetValueKind() != config.GetValueKind()
            || TypedTree.IsLeaf(type, config) || (TypedTree.IsNothing(live) && TypedTree.IsNothing(config)))
        {
            return config?.DeepClone();
        }

        return config is JsonArray list
            ? MergeLists(type!, live.AsArray(), list)
            : MergeObjects(type, live.AsObject(), config.AsObject());
    }

    /// <summary>The value without the members of the set and all below them.</summary>
    public static JsonNode? Remove(FieldType? type, JsonNode? value, FieldSet removed)
    {
        if (removed.IsEmpty || value is null || TypedTree.IsLeaf(type, value))
        {
            return value?.DeepClone();
        }

        var kept = new List<KeyValuePair<string, JsonNode?>>();
        foreach (var (element, child) in TypedTree.Children(type, value))
        {
            var hit = removed.Find(element);
            if (hit is not { IsMember: true })
            {
                kept.Add(new(element[2..], hit is null ? child?.DeepClone() : Remove(TypedTree.Child(type, element), child, hit)));
            }
        }

        return value is JsonObject ? new JsonObject(kept) : new JsonArray([.. kept.Select(k => k.Value)]);
    }

    /// <summary>The set with the struct fields on the way to its members added.</summary>
    public static FieldSet WithNamedFields(FieldType? type, FieldSet set)
    {
        var result = new FieldSet();
        if (set.IsMember)
        {
            result.Insert();
        }

        foreach (var (element, child) in set.Children)
        {
            var below = WithNamedFields(TypedTree.Child(type, element), child);
            if (element[0] == 'f' && type?.Shape == FieldShape.Object)
            {
                below.Insert();
            }

            result.Adopt(element, below);
        }

        return result;
    }

    private static void Compare(
        FieldType? type, JsonNode? before, JsonNode? after, bool hadBefore, bool hasAfter, FieldSet? ignored, Comparison found)
    {
        var leaf = (TypedTree.IsNothing(before) && TypedTree.IsNothing(after))
            || (hadBefore && before is not null && TypedTree.IsLeaf(type, before))
            || (hasAfter && after is not null && TypedTree.IsLeaf(type, after));
        if (!leaf)
        {
            var previous = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
            foreach (var (element, child) in TypedTree.Children(type, before))
            {
                previous.TryAdd(element, child);
            }

            foreach (var (element, child) in TypedTree.Children(type, after))
            {
                var had = previous.Remove(element, out var old) || IsAlwaysThere(type, element);
                CompareChild(type, element, old, child, had, hasAfter: true, ignored, found);
            }

            foreach (var (element, old) in previous)
            {
                CompareChild(type, element, old, null, hadBefore: true, IsAlwaysThere(type, element), ignored, found);
            }
        }

        if (!hadBefore)
        {
            found.Added.Insert();
        }
        else if (!hasAfter)
        {
            found.Removed.Insert();
        }
        else if (leaf && !Json.Same(before, after))
        {
            found.Modified.Insert();
        }
    }

    private static void CompareChild(
        FieldType? type, string element, JsonNode? before, JsonNode? after, bool hadBefore, bool hasAfter, FieldSet? ignored,
        Comparison found)
    {
        var skip = ignored?.Find(element);
        if (skip is { IsMember: true } || ReferenceEquals(before, after) && before is not null)
        {
            return;
        }

        var below = new Comparison(found.Added.Child(element), found.Removed.Child(element), found.Modified.Child(element));
        Compare(TypedTree.Child(type, element), before, after, hadBefore, hasAfter, skip, below);
        found.Added.Trim(element);
        found.Removed.Trim(element);
        found.Modified.Trim(element);
    }

    // Upstream compares encoded structs, in which a struct field that is no pointer is never absent, nor is a required list.
    private static bool IsAlwaysThere(FieldType? type, string element) =>
        type?.Shape == FieldShape.Object
        && type.Object!.Find(element[2..]) is { } field
        && (field.Type is { Shape: FieldShape.Object, Pointer: false }
            || (field.Required && field.Type.Shape is FieldShape.List or FieldShape.Map));

    private static JsonObject MergeObjects(FieldType? type, JsonObject live, JsonObject config)
    {
        var merged = new JsonObject();
        foreach (var (name, value) in live)
        {
            merged[name] = config.TryGetPropertyValue(name, out var change)
                ? Merge(TypedTree.Child(type, "f:" + name), value, change)
                : value?.DeepClone();
        }

        foreach (var (name, value) in config)
        {
            if (!live.ContainsKey(name))
            {
                merged[name] = value?.DeepClone();
            }
        }

        return merged;
    }

    // In the order of the configuration; what only the live list has comes before what follows it there.
    private static JsonArray MergeLists(FieldType type, JsonArray live, JsonArray config)
    {
        var wanted = TypedTree.Children(type, config).ToList();
        var present = TypedTree.Children(type, live).ToList();
        var wantedElements = wanted.Select(w => w.Element).ToHashSet(StringComparer.Ordinal);
        var byElement = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var (element, value) in present)
        {
            byElement.TryAdd(element, value);
        }

        var merged = new JsonArray();
        var next = 0;
        foreach (var (element, value) in wanted)
        {
            TakeUnnamed();
            var shared = byElement.TryGetValue(element, out var before);
            merged.Add(shared ? Merge(type.Element, before, value) : value?.DeepClone());
            if (next < present.Count && present[next].Element == element)
            {
                next++;
            }
        }

        for (; next < present.Count; next++)
        {
            TakeUnnamed();
        }

        return merged;

        void TakeUnnamed()
        {
            for (; next < present.Count && !wantedElements.Contains(present[next].Element); next++)
            {
                merged.Add(present[next].Value?.DeepClone());
            }
        }
    }
}

/// <summary>Paths by what happened to them.</summary>
internal sealed record Comparison(FieldSet Added, FieldSet Removed, FieldSet Modified)
{
    public bool IsSame => Added.IsEmpty && Removed.IsEmpty && Modified.IsEmpty;
}
