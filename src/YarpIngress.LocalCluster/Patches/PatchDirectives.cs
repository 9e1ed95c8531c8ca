using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Patches;

/// <summary>Makes a plain value of a part of a strategic merge patch that has nothing to merge with.</summary>
internal static class PatchDirectives
{
    /// <summary>Drops directives, nulls, and the list items that are there to be deleted.</summary>
    public static JsonNode Drop(JsonNode value)
    {
        switch (value)
        {
            case JsonObject fields:
                foreach (var (name, child) in fields.ToList())
                {
                    if (child is null || name.StartsWith("$patch", StringComparison.Ordinal)
                        || name.StartsWith("$retainKeys", StringComparison.Ordinal)
                        || name.StartsWith("$setElementOrder/", StringComparison.Ordinal)
                            || name.StartsWith("$deleteFromPrimitiveList/", StringComparison.Ordinal))
                    {
                        fields.Remove(name);
                    }
                    else
                    {
                        Drop(child);
                    }
                }

                break;
            case JsonArray items:
                for (var i = items.Count - 1; i >= 0; i--)
                {
                    if (items[i] is JsonObject item && item.String("$patch") is { } directive && (directive == "delete" || item.Count == 1))
                    {
                        items.RemoveAt(i);
                    }
                    else if (items[i] is { } kept)
                    {
                        Drop(kept);
                    }
                }

                break;
        }

        return value;
    }
}
