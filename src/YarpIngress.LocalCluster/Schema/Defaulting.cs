using System.Text.Json;
using System.Text.Json.Nodes;

namespace YarpIngress.LocalCluster.Schema;

/// <summary>
/// What decoding into upstream's types and their defaulting does to an object: unknown fields, nulls and empty optional values
/// go, fixed defaults and those of <see cref="TypeDefaults"/> come.
/// </summary>
internal static class Defaulting
{
    /// <summary>
    /// Changes the object in place. Its JSON types must have been checked with <see
    /// cref="FieldValidation.DecodeError"/>.
    /// </summary>
    public static void Apply(KindSchema schema, JsonObject value) => Apply(schema.Type, value);

    private static void Apply(ObjectType type, JsonObject value)
    {
        List<(string Name, JsonNode? Canonical)>? changed = null;
        foreach (var (name, child) in value)
        {
            if (type.Find(name) is not { } field || child is null)
            {
                (changed ??= []).Add((name, null));
                continue;
            }

            Apply(field.Type, child);
            if (!field.Required && !field.Type.Pointer && IsZero(field.Type, child))
            {
                (changed ??= []).Add((name, null));
            }
            else if (CanonicalValue.Of(field.Type.Shape, child) is { } canonical)
            {
                (changed ??= []).Add((name, canonical));
            }
        }

        foreach (var (name, canonical) in changed ?? [])
        {
            if (canonical is null)
            {
                value.Remove(name);
            }
            else
            {
                value[name] = canonical;
            }
        }

        AddMissing(type, value);
        TypeDefaults.Apply(type, value);
    }

    private static void AddMissing(ObjectType type, JsonObject value)
    {
        foreach (var field in type.Fields)
        {
            if (value.ContainsKey(field.Name))
            {
                continue;
            }

            if (field.Default is not null)
            {
                value[field.Name] = field.Default.DeepClone();
            }
            else if (field.Type is { Shape: FieldShape.Object, Pointer: false })
            {
                // Upstream writes structs that are no pointers even when they are empty.
                var made = new JsonObject();
                Apply(field.Type.Object!, made);
                value[field.Name] = made;
            }
        }
    }

    private static void Apply(FieldType type, JsonNode value)
    {
        switch (type.Shape, value)
        {
            case (FieldShape.Object, JsonObject fields):
                Apply(type.Object!, fields);
                break;
            case (FieldShape.List, JsonArray items) when type.Element!.Shape >= FieldShape.Object:
                for (var i = 0; i < items.Count; i++)
                {
                    if (items[i] is null)
                    {
                        items[i] = type.Element.Shape == FieldShape.List ? new JsonArray() : new JsonObject();
                    }

                    Apply(type.Element, items[i]!);
                }

                break;
            case (FieldShape.Map, JsonObject entries):
                foreach (var (key, entry) in entries.Where(e => e.Value is null || type.Element!.Shape != FieldShape.String).ToList())
                {
                    if ((entry is null ? "" : CanonicalValue.Of(type.Element!.Shape, entry)) is { } canonical)
                    {
                        entries[key] = canonical;
                    }
                }

                break;
        }
    }

    private static bool IsZero(FieldType type, JsonNode value) => type.Shape switch
    {
        FieldShape.List => value is JsonArray { Count: 0 },
        FieldShape.Map => value is JsonObject { Count: 0 },
        FieldShape.Object or FieldShape.Any or FieldShape.FieldsV1 => false,
        FieldShape.IntOrString => value.AsString() is { Length: 0 } || value.AsInteger() == 0,
        _ => value.GetValueKind() switch
        {
            JsonValueKind.String => value.AsString()!.Length == 0,
            JsonValueKind.Number => value.AsInteger() == 0,
            JsonValueKind.False => true,
            _ => false,
        },
    };
}
