using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace YarpIngress.LocalCluster.Schema;

/// <summary>Reads and makes JSON nodes without regard to how a number happens to be stored.</summary>
internal static class Json
{
    /// <summary>The child object; null when absent or of another type.</summary>
    public static JsonObject? Object(this JsonObject? node, string name) => node?[name] as JsonObject;

    /// <summary>The child list; null when absent or of another type.</summary>
    public static JsonArray? Array(this JsonObject? node, string name) => node?[name] as JsonArray;

    /// <summary>The objects of a child list; empty when there is none.</summary>
    public static IEnumerable<JsonObject> Objects(this JsonObject? node, string name) => node.Array(name)?.OfType<JsonObject>() ?? [];

    /// <summary>The child string; null when absent or of another type.</summary>
    public static string? String(this JsonObject? node, string name) => node?[name].AsString();

    /// <summary>The strings of a child list; empty when there is none.</summary>
    public static IEnumerable<string> Strings(this JsonObject? node, string name) =>
        node.Array(name)?.Select(AsString).OfType<string>() ?? [];

    /// <summary>The child number as an integer; null when absent or not an integer.</summary>
    public static long? Integer(this JsonObject? node, string name) => node?[name].AsInteger();

    /// <summary>Whether the child is <c>true</c>.</summary>
    public static bool IsTrue(this JsonObject? node, string name) => node?[name]?.GetValueKind() == JsonValueKind.True;

    public static string? AsString(this JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static long? AsInteger(this JsonNode? node) => node is not JsonValue value ? null
        : value.TryGetValue<long>(out var number) ? number
        : value.TryGetValue<int>(out var small) ? small
        : value.GetValueKind() == JsonValueKind.Number
            && long.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed) ? parsed
        : null;

    /// <summary>A list of texts.</summary>
    public static JsonArray Texts(IEnumerable<string> values) => new([.. values.Select(v => (JsonNode)JsonValue.Create(v))]);

    /// <summary>The time as the API writes it: whole seconds, UTC.</summary>
    public static string Timestamp(this DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A number that reads back as any numeric type; <c>JsonValue.Create(1)</c> reads back as an int only.</summary>
    public static JsonNode Number(long value) => JsonNode.Parse(value.ToString(CultureInfo.InvariantCulture))!;

    /// <summary>The child object, made when absent.</summary>
    public static JsonObject Ensure(this JsonObject node, string name)
    {
        if (node[name] is JsonObject child)
        {
            return child;
        }

        child = [];
        node[name] = child;
        return child;
    }

    /// <summary>Compares as JSON: objects without regard to order, numbers by value.</summary>
    public static bool Same(JsonNode? left, JsonNode? right) => JsonNode.DeepEquals(left, right);

    /// <summary>Compact JSON text in which only what must be is escaped.</summary>
    public static byte[] ToUtf8(JsonNode value)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            value.WriteTo(writer);
        }

        return stream.ToArray();
    }
}
