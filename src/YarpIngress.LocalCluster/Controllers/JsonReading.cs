using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Controllers;

/// <summary>Reads fields of objects that controllers keep as JSON because they must hand on fields that they do not know.</summary>
internal static class JsonReading
{
    /// <summary>The node at the end of a path of member names; null when a step is missing.</summary>
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
            node = (node as JsonObject)?[name];
        return node;
    }

    public static JsonObject? ObjectAt(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path) as JsonObject;

    public static string? TextAt(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path).AsString();

    public static int? NumberAt(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.GetValueKind() == JsonValueKind.Number
            && int.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    public static bool FlagAt(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path)?.GetValueKind() == JsonValueKind.True;

    public static DateTimeOffset? TimeAt(this JsonNode? node, params ReadOnlySpan<string> path) =>
        DateTimeOffset.TryParse(node.TextAt(path), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : null;

    /// <summary>The objects of a list; none when it is missing.</summary>
    public static IEnumerable<JsonObject> ItemsAt(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonArray list ? list.OfType<JsonObject>() : [];

    /// <summary>Sets a count of a status; one of nothing is left out, as upstream writes them.</summary>
    public static void SetCount(this JsonObject status, string name, int count)
    {
        if (count == 0)
            status.Remove(name);
        else
            status[name] = count;
    }

    /// <summary>A map of texts, such as labels.</summary>
    public static Dictionary<string, string> TextMap(this JsonObject? map)
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in map ?? [])
            result[name] = value.AsString() ?? "";
        return result;
    }

    public static JsonObject ToJson(this IEnumerable<KeyValuePair<string, string>> map) =>
        new(map.Select(entry => KeyValuePair.Create<string, JsonNode?>(entry.Key, entry.Value)));
}
