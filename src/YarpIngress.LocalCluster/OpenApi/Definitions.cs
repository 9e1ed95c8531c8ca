using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.OpenApi;

/// <summary>Turns object types into the schema objects of OpenAPI v2 and v3.</summary>
/// <param name="version3">Which of the two; they differ in references and in a few scalar types.</param>
internal sealed class Definitions(bool version3)
{
    private const string Meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private const string Quantity = "io.k8s.apimachinery.pkg.api.resource.Quantity";
    private const string IntOrString = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";
    private const string RawExtension = "io.k8s.apimachinery.pkg.runtime.RawExtension";

    private readonly SortedDictionary<string, JsonObject> _made = new(StringComparer.Ordinal);

    public string ReferenceTo(string name) => (version3 ? "#/components/schemas/" : "#/definitions/") + name;

    /// <summary>Everything added so far, and what it refers to.</summary>
    public JsonObject ToJson() => new(_made.Select(d => new KeyValuePair<string, JsonNode?>(d.Key, d.Value)));

    /// <summary>Adds a kind and its list.</summary>
    public void Add(KindSchema kind)
    {
        Add(kind.Type);
        Identify(_made[kind.Type.FullName], kind, kind.Kind);
        if (kind.Plural == "-")
        {
            return;
        }

        var listMeta = SchemaCatalog.Types[Meta + "ListMeta"];
        Add(listMeta);
        var list = new JsonObject
        {
            ["description"] = $"{kind.Kind}List is a list of {kind.Kind} objects.",
            ["type"] = "object",
            ["required"] = new JsonArray("items"),
            ["properties"] = new JsonObject
            {
                ["apiVersion"] = new JsonObject { ["type"] = "string" },
                ["items"] = new JsonObject
                {
                    ["description"] = "Items of the list.",
                    ["type"] = "array",
                    ["items"] = Reference(kind.Type.FullName, null),
                },
                ["kind"] = new JsonObject { ["type"] = "string" },
                ["metadata"] = Reference(listMeta.FullName, "Standard list metadata."),
            },
        };
        Identify(list, kind, kind.Kind + "List");
        _made[kind.Type.FullName + "List"] = list;
    }

    public void Add(ObjectType type)
    {
        if (_made.ContainsKey(type.FullName))
        {
            return;
        }

        var definition = new JsonObject { ["description"] = type.Description, ["type"] = "object" };
        _made[type.FullName] = definition;
        var required = type.Fields.Where(f => f.Required).Select(f => f.Name).ToList();
        if (required.Count > 0)
        {
            definition["required"] = Json.Texts(required);
        }

        if (type.Fields.Count > 0)
        {
            definition["properties"] = new JsonObject(
                type.Fields.OrderBy(f => f.Name, StringComparer.Ordinal)
                    .Select(f => new KeyValuePair<string, JsonNode?>(f.Name, Property(f))));
        }

        if (type.Atomic)
        {
            definition["x-kubernetes-map-type"] = "atomic";
        }
    }

    private static void Identify(JsonObject definition, KindSchema kind, string name) =>
        definition["x-kubernetes-group-version-kind"] = new JsonArray(
            new JsonObject { ["group"] = kind.Group, ["kind"] = name, ["version"] = kind.Version });

    private JsonObject Property(FieldSchema field)
    {
        var property = Value(field.Type, field.Description);
        if (field.Default is not null && field.Type.Shape != FieldShape.Object)
        {
            property["default"] = field.Default.DeepClone();
        }

        if (field.Enum.Count > 0)
        {
            property["enum"] = Json.Texts(field.Enum);
        }

        if (field.Type.Shape == FieldShape.List)
        {
            property["x-kubernetes-list-type"] = field.Type.ListType.ToString().ToLowerInvariant();
            if (field.Type.ListType == ListType.Map)
            {
                property["x-kubernetes-list-map-keys"] = Json.Texts(field.Type.ListKeys);
            }
        }
        else if (field.Type is { Shape: FieldShape.Map, Atomic: true })
        {
            property["x-kubernetes-map-type"] = "atomic";
        }

        if (field.PatchMergeKey is not null)
        {
            property["x-kubernetes-patch-merge-key"] = field.PatchMergeKey;
        }

        if (field.PatchStrategy is not null)
        {
            property["x-kubernetes-patch-strategy"] = field.PatchStrategy;
        }

        return property;
    }

    private JsonObject Value(FieldType type, string? description) => type.Shape switch
    {
        FieldShape.String => Scalar("string", null, description),
        FieldShape.Boolean => Scalar("boolean", null, description),
        FieldShape.Int32 => Scalar("integer", "int32", description),
        FieldShape.Int64 => Scalar("integer", "int64", description),
        FieldShape.Number => Scalar("number", "double", description),
        FieldShape.Bytes => Scalar("string", "byte", description),
        FieldShape.List => Holding("array", "items", Value(type.Element!, null), description),
        FieldShape.Map => Holding("object", "additionalProperties", Value(type.Element!, null), description),
        FieldShape.Object => Reference(type.Object!, description),
        FieldShape.Time => Special(Meta + "Time", description, Scalar("string", "date-time", "Time in RFC 3339.")),
        FieldShape.MicroTime => Special(
            Meta + "MicroTime", description, Scalar("string", "date-time", "Time in RFC 3339 with microseconds.")),
        FieldShape.FieldsV1 => Special(Meta + "FieldsV1", description, Scalar("object", null, "FieldsV1 is a set of fields.")),
        FieldShape.Quantity => Special(
            Quantity, description, OneOf("Quantity is a fixed-point number such as 500m or 2Gi.", null, "string", "number")),
        FieldShape.IntOrString => Special(
            IntOrString, description, OneOf("IntOrString is an integer or a string.", "int-or-string", "integer", "string")),
        _ => Special(RawExtension, description, Scalar("object", null, "Any object.")),
    };

    private JsonObject Reference(ObjectType type, string? description)
    {
        Add(type);
        return Reference(type.FullName, description);
    }

    private JsonObject Special(string name, string? description, JsonObject definition)
    {
        _made.TryAdd(name, definition);
        return Reference(name, description);
    }

    // A v3 reference has no siblings, so that a description needs allOf.
    private JsonObject Reference(string name, string? description)
    {
        var reference = new JsonObject { ["$ref"] = ReferenceTo(name) };
        if (description is null)
        {
            return reference;
        }

        return version3
            ? new JsonObject { ["description"] = description, ["allOf"] = new JsonArray(reference) }
            : new JsonObject { ["description"] = description, ["$ref"] = ReferenceTo(name) };
    }

    private JsonObject OneOf(string description, string? format, params string[] types)
    {
        if (!version3)
        {
            return Scalar("string", format, description);
        }

        var schema = new JsonObject
        {
            ["description"] = description,
            ["oneOf"] = new JsonArray([.. types.Select(t => (JsonNode)new JsonObject { ["type"] = t })]),
        };
        if (format is not null)
        {
            schema["format"] = format;
        }

        return schema;
    }

    private static JsonObject Holding(string type, string name, JsonObject element, string? description)
    {
        var schema = Scalar(type, null, description);
        schema[name] = element;
        return schema;
    }

    private static JsonObject Scalar(string type, string? format, string? description)
    {
        var schema = new JsonObject();
        if (description is not null)
        {
            schema["description"] = description;
        }

        schema["type"] = type;
        if (format is not null)
        {
            schema["format"] = format;
        }

        return schema;
    }
}
