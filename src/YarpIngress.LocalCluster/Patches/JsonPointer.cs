using System.Globalization;
using System.Text.Json.Nodes;

namespace YarpIngress.LocalCluster.Patches;

/// <summary>RFC 6901 pointers, with the negative list indexes that upstream's library also takes.</summary>
internal static class JsonPointer
{
    public static IReadOnlyList<string> Split(string pointer) =>
    [
        .. pointer.Split('/').Skip(1)
            .Select(p => p.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)),
    ];

    /// <summary>The value that holds the last element of the path; null when there is none.</summary>
    public static JsonNode? Holder(JsonNode document, IReadOnlyList<string> path)
    {
        JsonNode? current = document;
        for (var i = 0; i < path.Count - 1 && current is not null; i++)
        {
            current = current switch
            {
                JsonObject fields => fields[path[i]],
                JsonArray items when Index(path[i], items.Count) is { } index && index < items.Count => items[index],
                _ => null,
            };
        }

        return current is JsonObject or JsonArray ? current : null;
    }

    /// <summary>Reads the last element of a path in its holder.</summary>
    public static bool TryGet(JsonNode holder, string key, out JsonNode? value)
    {
        value = null;
        switch (holder)
        {
            case JsonObject fields:
                return fields.TryGetPropertyValue(key, out value);
            case JsonArray items when Index(key, items.Count) is { } index && index < items.Count:
                value = items[index];
                return true;
            default:
                return false;
        }
    }

    /// <summary>A list index; null when it is no number or before the first item.</summary>
    public static int? Index(string key, int count)
    {
        if (!int.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index))
        {
            return null;
        }

        index = index < 0 ? index + count : index;
        return index < 0 ? null : index;
    }
}
