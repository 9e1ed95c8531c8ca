using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Patches;

/// <summary>What makes a configuration unfit for server-side apply: undeclared fields, list items that cannot be told apart.</summary>
internal static class ApplyTypeCheck
{
    public static void Run(FieldType? type, JsonObject applied, KindSchema? schema, string apiVersion)
    {
        if (type is not null && schema is not null && Find(type, applied, "") is { } error)
        {
            var metadata = applied.Object("metadata");
            throw new PatchException(
                500,
                $"failed to create typed patch object ({metadata.String("namespace")}/{metadata.String("name")}; {apiVersion}, "
                + $"Kind={schema.Kind}): {error}");
        }
    }

    private static string? Find(FieldType? type, JsonNode? value, string path)
    {
        if (type is null || type.Shape is FieldShape.Any or FieldShape.FieldsV1)
        {
            return null;
        }

        if (value is JsonObject fields && type.Shape == FieldShape.Object)
        {
            foreach (var (name, child) in fields)
            {
                if (type.Object!.Find(name) is not { } field)
                {
                    return $"{path}.{name}: field not declared in schema";
                }

                if (Find(field.Type, child, $"{path}.{name}") is { } error)
                {
                    return error;
                }
            }
        }
        else if (value is JsonArray items && type.Shape == FieldShape.List)
        {
            return InList(type, items, path);
        }

        return null;
    }

    private static string? InList(FieldType type, JsonArray items, string path)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < items.Count; i++)
        {
            if (type.ListType == ListType.Map && items[i] is JsonObject item
                && type.ListKeys.FirstOrDefault(k => item[k] is null && type.Element!.Object?.Find(k)?.Default is null) is { } missing)
            {
                return $"{path}: element {i}: associative list with keys has an element that omits key field \"{missing}\" (and "
                    + "doesn't have default value)";
            }

            if (Find(type.Element, items[i], $"{path}[{i}]") is { } error)
            {
                return error;
            }
        }

        if (type.ListType == ListType.Atomic)
        {
            return null;
        }

        foreach (var (element, _) in TypedTree.Children(type, items))
        {
            if (!seen.Add(element))
            {
                var key = FieldSet.Of([element]).Paths().First();
                return $"{path}: duplicate entries for key {key}";
            }
        }

        return null;
    }
}
