using System.Text;
using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Patches;

/// <summary>
/// How server-side apply sees values: which are leaves, which elements others have. A null type is one that no schema describes:
/// its maps are taken apart, its lists are atomic.
/// </summary>
internal static class TypedTree
{
    /// <summary>Type of a child by its fieldsV1 element.</summary>
    public static FieldType? Child(FieldType? type, string element) => element[0] switch
    {
        'f' when type?.Shape == FieldShape.Object => type.Object!.Find(element[2..])?.Type,
        _ => type?.Element,
    };

    /// <summary>Whether the value is owned as one: a scalar, an atomic list or an atomic map.</summary>
    public static bool IsLeaf(FieldType? type, JsonNode? value) => value switch
    {
        JsonObject => type is { Atomic: true } or { Shape: FieldShape.FieldsV1 },
        JsonArray => type is not { Shape: FieldShape.List } || type.ListType == ListType.Atomic,
        _ => true,
    };

    public static bool IsNothing(JsonNode? value) => value is null or JsonObject { Count: 0 } or JsonArray { Count: 0 };

    /// <summary>The children of an object or associative list with their fieldsV1 elements.</summary>
    public static IEnumerable<(string Element, JsonNode? Value)> Children(FieldType? type, JsonNode? value)
    {
        switch (value)
        {
            case JsonObject fields:
                foreach (var (name, child) in fields)
                {
                    yield return ("f:" + name, child);
                }

                break;
            case JsonArray items when type is not null:
                foreach (var item in items)
                {
                    yield return (Element(type, item), item);
                }

                break;
        }
    }

    private static string Element(FieldType type, JsonNode? item)
    {
        if (type.ListType == ListType.Set || item is not JsonObject fields)
        {
            return "v:" + (item?.ToJsonString() ?? "null");
        }

        // Compact and sorted by key: what the API server writes.
        var text = new StringBuilder("k:{");
        foreach (var key in type.ListKeys.Order(StringComparer.Ordinal))
        {
            var value = fields[key] ?? type.Element!.Object?.Find(key)?.Default;
            text.Append(text.Length > 3 ? "," : "").Append('"').Append(key).Append("\":").Append(value?.ToJsonString() ?? "null");
        }

        return text.Append('}').ToString();
    }
}
