using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Patches;

/// <summary>The list half of strategic merge patches.</summary>
internal static class StrategicListMerge
{
    public delegate JsonObject ItemMerge(JsonObject original, JsonObject patch, FieldType? type);

    public static JsonArray Apply(JsonArray original, JsonArray patch, FieldSchema? field, bool deletes, ItemMerge merge)
    {
        var before = original.DeepClone().AsArray();
        var order = patch.DeepClone().AsArray();
        if (original.Concat(patch).All(i => i is not JsonObject))
        {
            return deletes ? Without(original, patch) : Sort(Union(original, patch), order, before, null);
        }

        if (field?.PatchMergeKey is not { } key)
        {
            throw PatchException.Malformed($"cannot merge lists without merge key for {field?.Name ?? "an unknown field"}");
        }

        var replaces = patch.OfType<JsonObject>().Any(i => i.String("$patch") == "replace");
        var merged = replaces ? [] : Items(original);
        foreach (var item in Items(patch))
        {
            if (item is not JsonObject change)
            {
                throw PatchException.Malformed("invalid patch format: a list of objects holds something else");
            }

            var directive = change.String("$patch");
            change.Remove("$patch");
            switch (directive)
            {
                case "replace" when !change.ContainsKey(key):
                    continue;
                case "delete":
                    var removed = KeyOf(change, key);
                    merged.RemoveAll(m => Json.Same((m as JsonObject)?[key], removed));
                    continue;
                case "merge":
                    throw PatchException.Malformed("lists cannot be merged with the $patch: merge directive");
                case null or "replace":
                    break;
                default:
                    throw PatchException.Malformed($"unrecognized type of directive {directive} in a list");
            }

            var value = KeyOf(change, key);
            var index = merged.FindIndex(m => Json.Same((m as JsonObject)?[key], value));
            if (index < 0)
            {
                merged.Add(PatchDirectives.Drop(change));
            }
            else
            {
                merged[index] = merge(merged[index]!.AsObject(), change, field.Type.Element);
            }
        }

        return replaces ? [.. merged] : Sort([.. merged], order, before, key);
    }

    /// <summary>Orders a merged list: what the patch names in its order, the rest kept about where the live list has it.</summary>
    public static JsonArray Sort(JsonArray merged, JsonArray patchOrder, JsonArray liveOrder, string? key)
    {
        var items = Items(merged);
        var named = items.Where(i => IndexOf(patchOrder, i, key) >= 0).OrderBy(i => IndexOf(patchOrder, i, key)).ToList();
        var rest = items.Where(i => IndexOf(patchOrder, i, key) < 0).OrderBy(i => IndexOf(liveOrder, i, key)).ToList();
        var sorted = new JsonArray();
        int n = 0, r = 0;
        while (n < named.Count || r < rest.Count)
        {
            var takeRest = n >= named.Count || (r < rest.Count && IsBefore(rest[r], named[n]));
            sorted.Add(takeRest ? rest[r++] : named[n++]);
        }

        return sorted;

        bool IsBefore(JsonNode? left, JsonNode? right)
        {
            var (l, m) = (IndexOf(liveOrder, left, key), IndexOf(liveOrder, right, key));
            return l >= 0 && m >= 0 && l < m;
        }
    }

    /// <summary>A patch list must be part of its <c>$setElementOrder</c> list, in the same order.</summary>
    public static void CheckOrder(JsonArray patch, JsonArray order, string? key)
    {
        var last = -1;
        foreach (var item in patch)
        {
            if (item is JsonObject fields && fields.String("$patch") is "delete" or "replace")
            {
                continue;
            }

            var index = IndexOf(order, item, key);
            if (index <= last)
            {
                throw PatchException.Malformed(
                    $"The order in patch list:\n{patch.ToJsonString()}\n doesn't match $setElementOrder list:\n{order.ToJsonString()}\n");
            }

            last = index;
        }
    }

    private static int IndexOf(JsonArray list, JsonNode? item, string? key)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (key is null ? Json.Same(list[i], item) : Json.Same((list[i] as JsonObject)?[key], (item as JsonObject)?[key]))
            {
                return i;
            }
        }

        return -1;
    }

    private static JsonNode KeyOf(JsonObject item, string key) =>
        item[key] ?? throw PatchException.Malformed($"map: {item.ToJsonString()} does not contain declared merge key: {key}");

    private static JsonArray Without(JsonArray original, JsonArray removed)
    {
        var kept = Items(original);
        kept.RemoveAll(i => removed.Any(r => Json.Same(r, i)));
        return [.. kept];
    }

    private static JsonArray Union(JsonArray original, JsonArray patch)
    {
        var all = new List<JsonNode?>();
        foreach (var item in Items(original).Concat(Items(patch)))
        {
            if (!all.Any(a => Json.Same(a, item)))
            {
                all.Add(item);
            }
        }

        return [.. all];
    }

    // Items without their parent, so that they can go into another list.
    private static List<JsonNode?> Items(JsonArray list)
    {
        var items = list.ToList();
        list.Clear();
        return items;
    }
}
