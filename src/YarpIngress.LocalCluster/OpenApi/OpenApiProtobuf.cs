using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.OpenApi;

/// <summary>
/// Encodes the v2 document as gnostic's <c>openapi.v2.Document</c>
/// (https://github.com/google/gnostic/blob/main/openapiv2/OpenAPIv2.proto): only the members that our documents have.
/// </summary>
internal static class OpenApiProtobuf
{
    public static byte[] Encode(JsonObject document)
    {
        var writer = new ProtobufWriter();
        writer.String(1, Text(document["swagger"]));
        var info = new ProtobufWriter();
        info.String(1, Text(document["info"]!["title"]));
        info.String(2, Text(document["info"]!["version"]));
        writer.Bytes(2, info.ToArray());
        writer.Bytes(8, Named(document["paths"]!, 2, Path));
        writer.Bytes(9, Named(document["definitions"]!, 1, Schema));
        return writer.ToArray();
    }

    // A map: repeated messages of a name and a value.
    private static byte[] Named(JsonNode map, int field, Func<JsonNode, byte[]> encode)
    {
        var writer = new ProtobufWriter();
        foreach (var (name, value) in map.AsObject())
        {
            var entry = new ProtobufWriter();
            entry.String(1, name);
            entry.Bytes(2, encode(value!));
            writer.Bytes(field, entry.ToArray());
        }

        return writer.ToArray();
    }

    private static byte[] Path(JsonNode path) => Members(path, extensions: 10, (writer, name, value) =>
    {
        switch (name)
        {
            case "get":
                writer.Bytes(2, Operation(value));
                break;
            case "put":
                writer.Bytes(3, Operation(value));
                break;
            case "post":
                writer.Bytes(4, Operation(value));
                break;
            case "delete":
                writer.Bytes(5, Operation(value));
                break;
            case "patch":
                writer.Bytes(8, Operation(value));
                break;
            case "parameters":
                Each(value, item => writer.Bytes(9, Parameter(item)));
                break;
            default:
                throw Unknown("path", name);
        }
    });

    private static byte[] Operation(JsonNode operation) => Members(operation, extensions: 13, (writer, name, value) =>
    {
        switch (name)
        {
            case "description":
                writer.String(3, Text(value));
                break;
            case "produces":
                Each(value, item => writer.String(6, Text(item)));
                break;
            case "consumes":
                Each(value, item => writer.String(7, Text(item)));
                break;
            case "parameters":
                Each(value, item => writer.Bytes(8, Parameter(item)));
                break;
            case "responses":
                writer.Bytes(9, Named(value, 1, Response));
                break;
            default:
                throw Unknown("operation", name);
        }
    });

    // ResponseValue { Response { description, SchemaItem { Schema } } }
    private static byte[] Response(JsonNode response)
    {
        var inner = new ProtobufWriter();
        inner.String(1, Text(response["description"]));
        inner.Bytes(2, Wrapped(1, Schema(response["schema"]!)));
        return Wrapped(1, inner.ToArray());
    }

    // ParametersItem { Parameter { BodyParameter | NonBodyParameter { Query… | Path… } } }
    private static byte[] Parameter(JsonNode parameter)
    {
        var place = Text(parameter["in"]);
        var writer = new ProtobufWriter();
        if (place == "body")
        {
            writer.String(2, Text(parameter["name"]));
            writer.String(3, place);
            writer.Boolean(4, parameter["required"]!.GetValue<bool>());
            writer.Bytes(5, Schema(parameter["schema"]!));
            return Wrapped(1, Wrapped(1, writer.ToArray()));
        }

        var query = place == "query";
        writer.Boolean(1, parameter["required"]?.GetValue<bool>() ?? false);
        writer.String(2, place);
        writer.String(4, Text(parameter["name"]));
        writer.String(query ? 6 : 5, Text(parameter["type"]));
        writer.Boolean(query ? 20 : 19, true);
        return Wrapped(1, Wrapped(2, Wrapped(query ? 3 : 4, writer.ToArray())));
    }

    private static byte[] Schema(JsonNode schema) => Members(schema, extensions: 31, (writer, name, value) =>
    {
        switch (name)
        {
            case "$ref":
                writer.String(1, Text(value));
                break;
            case "format":
                writer.String(2, Text(value));
                break;
            case "description":
                writer.String(4, Text(value));
                break;
            case "default":
                writer.Bytes(5, Any(value));
                break;
            case "required":
                Each(value, item => writer.String(19, Text(item)));
                break;
            case "enum":
                Each(value, item => writer.Bytes(20, Any(item)));
                break;
            case "additionalProperties":
                writer.Bytes(21, Wrapped(1, Schema(value)));
                break;
            case "type":
                var types = new ProtobufWriter();
                types.String(1, Text(value));
                writer.Bytes(22, types.ToArray());
                break;
            case "items":
                writer.Bytes(23, Wrapped(1, Schema(value)));
                break;
            case "properties":
                writer.Bytes(25, Named(value, 1, Schema));
                break;
            default:
                throw Unknown("schema", name);
        }
    });

    private static byte[] Members(JsonNode node, int extensions, Action<ProtobufWriter, string, JsonNode> write)
    {
        var writer = new ProtobufWriter();
        foreach (var (name, value) in node.AsObject())
        {
            if (name.StartsWith("x-", StringComparison.Ordinal))
            {
                var entry = new ProtobufWriter();
                entry.String(1, name);
                entry.Bytes(2, Any(value!));
                writer.Bytes(extensions, entry.ToArray());
            }
            else
            {
                write(writer, name, value!);
            }
        }

        return writer.ToArray();
    }

    // Values of any type travel as YAML, of which JSON is a part.
    private static byte[] Any(JsonNode value)
    {
        var writer = new ProtobufWriter();
        writer.Bytes(2, Json.ToUtf8(value));
        return writer.ToArray();
    }

    private static byte[] Wrapped(int field, byte[] message)
    {
        var writer = new ProtobufWriter();
        writer.Bytes(field, message);
        return writer.ToArray();
    }

    private static void Each(JsonNode list, Action<JsonNode> write)
    {
        foreach (var item in list.AsArray())
        {
            write(item!);
        }
    }

    private static string Text(JsonNode? value) => value!.GetValue<string>();

    private static InvalidOperationException Unknown(string where, string name) =>
        new($"The {where} member {name} has no protobuf encoding here.");
}
