using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Patches;

/// <summary>
/// Strategic merge patch: a merge patch whose lists merge by key where the schema says so, with its directives
/// (<c>$patch</c>, <c>$deleteFromPrimitiveList/</c>, <c>$setElementOrder/</c>, <c>$retainKeys</c>).
/// </summary>
internal static class StrategicMergePatch
{
    private const string PatchDirective = "$patch";
    private const string RetainKeys = "$retainKeys";
    private const string DeleteFromList = "$deleteFromPrimitiveList/";
    private const string SetOrder = "$setElementOrder/";

    /// <summary>The patched document; neither argument is changed.</summary>
    public static JsonObject Apply(JsonObject document, JsonNode? patch, KindSchema schema)
    {
        if (patch is not JsonObject changes)
        {
            throw PatchException.Malformed("error decoding patch: a strategic merge patch is a JSON object");
        }

        return Merge(document.DeepClone().AsObject(), changes.DeepClone().AsObject(), schema.Type);
    }

    // Both arguments are owned by this call. A null type is one that the schema does not describe: maps merge, lists replace.
    private static JsonObject Merge(JsonObject original, JsonObject patch, ObjectType? type, FieldType? values = null)
    {
        switch (patch[PatchDirective].AsString())
        {
            case "replace":
                patch.Remove(PatchDirective);
                return patch;
            case "delete":
                return [];
            case "merge":
                patch.Remove(PatchDirective);
                break;
            case null when !patch.ContainsKey(PatchDirective):
                break;
            default:
                throw PatchException.Malformed($"unrecognized type of directive {patch[PatchDirective]?.ToJsonString()} in a map");
        }

        Retain(original, patch);
        foreach (var name in patch.Select(p => p.Key).Where(k => k.StartsWith(SetOrder, StringComparison.Ordinal)).ToList())
        {
            MergeOrdered(original, patch, name, type);
        }

        foreach (var (key, _) in patch.ToList())
        {
            var deletes = key.StartsWith(DeleteFromList, StringComparison.Ordinal);
            var name = deletes ? key[DeleteFromList.Length..] : key;
            var change = Take(patch, key);
            if (change is null)
            {
                original.Remove(name);
                continue;
            }

            var field = type?.Find(name);
            if (!original.TryGetPropertyValue(name, out var present) || present is null || present.GetValueKind() != change.GetValueKind())
            {
                if (!deletes)
                {
                    original[name] = PatchDirectives.Drop(change);
                }

                continue;
            }

            original.Remove(name);
            original[name] = (present, change) switch
            {
                (JsonObject before, JsonObject after) => MergeObjects(before, after, field?.Type ?? values),
                (JsonArray before, JsonArray after) => MergeLists(before, after, field, deletes),
                _ => change,
            };
        }

        return original;
    }

    private static JsonObject MergeObjects(JsonObject original, JsonObject patch, FieldType? type) =>
        Merge(original, patch, type?.Object, type?.Shape == FieldShape.Map ? type.Element : null);

    private static JsonArray MergeLists(JsonArray original, JsonArray patch, FieldSchema? field, bool deletes) =>
        deletes || field is { Merges: true } ? StrategicListMerge.Apply(original, patch, field, deletes, MergeItem) : patch;

    private static JsonObject MergeItem(JsonObject original, JsonObject patch, FieldType? type) => MergeObjects(original, patch, type);

    private static void Retain(JsonObject original, JsonObject patch)
    {
        if (!patch.ContainsKey(RetainKeys))
        {
            return;
        }

        if (Take(patch, RetainKeys) is not JsonArray retained)
        {
            throw PatchException.Malformed("invalid patch format: $retainKeys directive expects a list");
        }

        var names = retained.Select(r => r.AsString()).ToHashSet();
        foreach (var (name, change) in patch)
        {
            if (change is not null && !name.StartsWith('$') && !names.Contains(name))
            {
                throw PatchException.Malformed(
                    $"[{string.Join(' ', names)}] in $retainKeys list doesn't contain the field {name} in the patch");
            }
        }

        foreach (var name in original.Select(p => p.Key).Where(k => !names.Contains(k)).ToList())
        {
            original.Remove(name);
        }
    }

    private static void MergeOrdered(JsonObject original, JsonObject patch, string directive, ObjectType? type)
    {
        var name = directive[SetOrder.Length..];
        if (Take(patch, directive) is not JsonArray order)
        {
            throw PatchException.Malformed($"invalid patch format: {directive} directive expects a list");
        }

        var field = type?.Find(name);
        var items = patch.ContainsKey(name) ? Take(patch, name) : new JsonArray();
        if (items is null)
        {
            original.Remove(name);
            return;
        }

        if (items is not JsonArray list)
        {
            throw PatchException.Malformed($"invalid patch format: {directive} given for a field that is no list");
        }

        StrategicListMerge.CheckOrder(list, order, field?.PatchMergeKey);
        var present = Take(original, name) as JsonArray;
        var before = present?.DeepClone().AsArray() ?? [];
        var merged = present is null ? PatchDirectives.Drop(list).AsArray() : MergeLists(present, list, field, deletes: false);
        if (patch.ContainsKey(DeleteFromList + name) && Take(patch, DeleteFromList + name) is JsonArray deleted)
        {
            merged = MergeLists(merged, deleted, field, deletes: true);
        }

        original[name] = StrategicListMerge.Sort(merged, order, before, field?.PatchMergeKey);
    }

    private static JsonNode? Take(JsonObject holder, string name)
    {
        holder.Remove(name, out var value);
        return value;
    }
}
