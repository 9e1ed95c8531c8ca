using System.Text.Json;
using System.Text.Json.Nodes;

namespace YarpIngress.Chart.Tests.Values;

/// <summary>values.schema.json, made of values.yaml: its keys and no others, with the types that their defaults have.</summary>
internal static class ValuesSchema
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Of(CommentedValues values)
    {
        var schema = new JsonObject { ["$schema"] = "http://json-schema.org/draft-07/schema#", ["title"] = "Values of yarp-ingress" };
        foreach (var (key, value) in Closed(values, values.Values, []))
            schema[key] = value?.DeepClone();
        // Helm hands it to every chart that another one contains.
        schema["properties"]!["global"] = new JsonObject { ["type"] = "object" };
        return schema.ToJsonString(Indented) + "\n";
    }

    private static JsonObject Property(CommentedValues values, JsonNode? value, string[] path)
    {
        var comment = values.Of(path);
        var property = value is JsonObject map && (comment is null || values.HasCommentsBelow(path))
            ? Closed(values, map, path)
            : new JsonObject { ["type"] = Type(value) };
        if (comment is { Doc.Length: > 0 })
            property["description"] = comment.Doc;
        foreach (var (key, more) in comment?.Schema ?? [])
            property[key] = more?.DeepClone();
        return property;
    }

    private static JsonObject Closed(CommentedValues values, JsonObject map, string[] path)
    {
        var properties = new JsonObject();
        foreach (var (key, value) in map)
            properties[key] = Property(values, value, [.. path, key]);
        return new JsonObject { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = properties };
    }

    private static string Type(JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "integer",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        // What may be there instead is in the comment's schema.
        _ => "null",
    };
}
