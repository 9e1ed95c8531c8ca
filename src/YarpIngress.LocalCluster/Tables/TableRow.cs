using System.Globalization;
using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Tables;

/// <summary>An object as its columns read it. Objects are stored as clients sent them, so every read copes with other JSON types.</summary>
internal readonly struct TableRow(JsonObject value, DateTimeOffset now)
{
    public const string None = "<none>";
    public const string Unknown = "<unknown>";

    public JsonObject Object => value;

    public JsonNode? At(params ReadOnlySpan<string> path)
    {
        JsonNode? node = value;
        foreach (var part in path)
            node = (node as JsonObject)?[part];
        return node;
    }

    public string Text(params ReadOnlySpan<string> path) => At(path).AsString() ?? "";

    public string TextOr(string other, params ReadOnlySpan<string> path) => Text(path) is { Length: > 0 } text ? text : other;

    public long Number(params ReadOnlySpan<string> path) => At(path).AsInteger() ?? 0;

    public int Count(params ReadOnlySpan<string> path) => At(path) switch
    {
        JsonObject map => map.Count,
        JsonArray list => list.Count,
        _ => 0,
    };

    public IEnumerable<JsonObject> Items(params ReadOnlySpan<string> path) => (At(path) as JsonArray)?.OfType<JsonObject>() ?? [];

    /// <summary>How long ago a timestamp was.</summary>
    public string Age(string? timestamp) =>
        DateTimeOffset.TryParse(timestamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? HumanDuration.Of(now - time)
            : Unknown;

    /// <summary>A label selector as kubectl shows it: <c>a=1,b=2</c>.</summary>
    public static string Selector(JsonNode? labels) =>
        labels is JsonObject { Count: > 0 } map
            ? string.Join(',', map.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value.AsString()}"))
            : None;
}
