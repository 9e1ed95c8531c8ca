using System.Text.Json.Nodes;

namespace YarpIngress.LocalCluster.Schema;

/// <summary>What <c>fieldValidation=Strict</c> or <c>Warn</c> reports, and the JSON type errors that always refuse an object.</summary>
internal static class FieldValidation
{
    // The decoder stops collecting there.
    private const int Limit = 100;

    /// <summary>Messages such as <c>unknown field "spec.rules[0].hots"</c>, in document order.</summary>
    public static IReadOnlyList<string> UnknownFields(KindSchema schema, JsonObject value)
    {
        var found = new List<string>();
        Walk(schema.Type, value, new FieldPath(), found);
        return found;
    }

    /// <summary>
    /// Why the object cannot be decoded, such as <c>Service in version "v1" cannot be handled as a Service: json: cannot unmarshal
    /// string into Go struct field ServicePort.spec.ports.port of type int32</c>; null when it can. Refused as 400 BadRequest.
    /// </summary>
    public static string? DecodeError(KindSchema schema, JsonObject value) =>
        TypeError.Find(schema.Type, value) is { } error
            ? $"{schema.Kind} in version \"{schema.Version}\" cannot be handled as a {schema.Kind}: {error}"
            : null;

    /// <summary>The message of the 400 BadRequest that strict validation answers with.</summary>
    public static string StrictError(KindSchema schema, IEnumerable<string> found) =>
        $"{schema.Kind} in version \"{schema.Version}\" cannot be handled as a {schema.Kind}: strict decoding error: "
        + $"{string.Join(", ", found)}";

    private static void Walk(ObjectType type, JsonObject value, FieldPath path, List<string> found)
    {
        foreach (var (name, child) in value)
        {
            if (found.Count >= Limit)
            {
                return;
            }

            if (type.Find(name) is not { } field)
            {
                found.Add($"unknown field \"{path.With(name)}\"");
            }
            else if (child is JsonObject or JsonArray)
            {
                path.Push(name);
                Walk(field.Type, child, path, found);
                path.Pop();
            }
        }
    }

    private static void Walk(FieldType type, JsonNode? value, FieldPath path, List<string> found)
    {
        switch (type.Shape, value)
        {
            case (FieldShape.Object, JsonObject fields):
                Walk(type.Object!, fields, path, found);
                break;
            case (FieldShape.List, JsonArray items) when type.Element!.Shape >= FieldShape.Object:
                for (var i = 0; i < items.Count; i++)
                {
                    path.Push(i);
                    Walk(type.Element, items[i], path, found);
                    path.Pop();
                }

                break;
            case (FieldShape.Map, JsonObject entries) when type.Element!.Shape >= FieldShape.Object:
                foreach (var (key, child) in entries)
                {
                    path.Push(key);
                    Walk(type.Element, child, path, found);
                    path.Pop();
                }

                break;
        }
    }
}
