using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Api.Protobuf;

/// <summary>Request bodies in <c>application/vnd.kubernetes.protobuf</c>, which kubectl's create commands send since 1.32. Answers are
/// JSON: every such client accepts both.</summary>
internal static class ProtobufBody
{
    public const string MediaType = "application/vnd.kubernetes.protobuf";
    private const int MaxDepth = 64;

    private static ReadOnlySpan<byte> Magic => "k8s\0"u8;

    /// <summary>The object as the JSON that the client could have sent instead.</summary>
    public static JsonObject Parse(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.StartsWith(Magic))
            throw ApiError.BadRequest("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
        string apiVersion = "", kind = "";
        ReadOnlySpan<byte> raw = default;
        var envelope = new ProtobufReader(bytes[Magic.Length..]);
        while (envelope.Read())
        {
            if (envelope.Field == 1)
                (apiVersion, kind) = TypeOf(envelope.Bytes);
            else if (envelope.Field == 2)
                raw = envelope.Bytes;
        }
        var result = new JsonObject { ["kind"] = kind, ["apiVersion"] = apiVersion };
        if (TypeFor(apiVersion, kind) is { } type)
            Fill(result, type, ProtobufFields.Of(type) ?? throw Unknown(type.Name, 0), raw, 0);
        return result;
    }

    /// <summary>Null for kinds without content: a question who one is.</summary>
    private static ObjectType? TypeFor(string apiVersion, string kind)
    {
        if (kind == "DeleteOptions")
            return SchemaCatalog.Types.Values.First(t => t.Name == kind);
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        return SchemaCatalog.Find(slash < 0 ? "" : apiVersion[..slash], apiVersion[(slash + 1)..], kind)?.Type;
    }

    private static (string ApiVersion, string Kind) TypeOf(ReadOnlySpan<byte> bytes)
    {
        string apiVersion = "", kind = "";
        var reader = new ProtobufReader(bytes);
        while (reader.Read())
        {
            if (reader.Field == 1)
                apiVersion = Encoding.UTF8.GetString(reader.Bytes);
            else if (reader.Field == 2)
                kind = Encoding.UTF8.GetString(reader.Bytes);
        }
        return (apiVersion, kind);
    }

    private static void Fill(JsonObject target, ObjectType type, FrozenDictionary<int, string> fields, ReadOnlySpan<byte> bytes, int depth)
    {
        if (depth > MaxDepth)
            throw ApiError.BadRequest($"unable to decode the body: more than {MaxDepth} levels");
        var reader = new ProtobufReader(bytes);
        while (reader.Read())
        {
            // Dropping what one does not know would lose a part of the object without a word.
            if (!fields.TryGetValue(reader.Field, out var name))
                throw Unknown(type.Name, reader.Field);
            if (name[0] == '>')
                Fill(target, type, ProtobufFields.Of(name[1..]) ?? throw Unknown(name[1..], 0), reader.Bytes, depth + 1);
            else if (type.Find(name) is { } field)
                Set(target, name, field.Type, ref reader, depth);
        }
    }

    private static void Set(JsonObject target, string name, FieldType type, ref ProtobufReader reader, int depth)
    {
        switch (type.Shape)
        {
            case FieldShape.List:
                if (target[name] is not JsonArray list)
                    target[name] = list = [];
                list.Add(Value(type.Element!, reader.Bytes, reader.Number, depth));
                break;
            case FieldShape.Map:
                if (target[name] is not JsonObject map)
                    target[name] = map = [];
                AddEntry(map, type.Element!, reader.Bytes, depth);
                break;
            default:
                target[name] = Value(type, reader.Bytes, reader.Number, depth);
                break;
        }
    }

    private static void AddEntry(JsonObject map, FieldType element, ReadOnlySpan<byte> bytes, int depth)
    {
        var key = "";
        ReadOnlySpan<byte> value = default;
        ulong number = 0;
        var entry = new ProtobufReader(bytes);
        while (entry.Read())
        {
            if (entry.Field == 1)
                key = Encoding.UTF8.GetString(entry.Bytes);
            else if (entry.HasBytes)
                value = entry.Bytes;
            else
                number = entry.Number;
        }
        map[key] = Value(element, value, number, depth);
    }

    private static JsonNode? Value(FieldType type, ReadOnlySpan<byte> bytes, ulong number, int depth)
    {
        switch (type.Shape)
        {
            case FieldShape.Object:
                var value = new JsonObject();
                Fill(value, type.Object!, ProtobufFields.Of(type.Object!) ?? throw Unknown(type.Object!.Name, 0), bytes, depth + 1);
                return value;
            case FieldShape.Boolean:
                return number != 0;
            case FieldShape.Int32 or FieldShape.Int64 or FieldShape.Number:
                return (long)number;
            case FieldShape.Bytes:
                return Convert.ToBase64String(bytes);
            case FieldShape.Time:
                return Timestamp(bytes, "yyyy-MM-dd'T'HH:mm:ss'Z'");
            case FieldShape.MicroTime:
                return Timestamp(bytes, "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'");
            case FieldShape.Quantity:
                return First(bytes, 1);
            case FieldShape.IntOrString:
                return IntOrString(bytes);
            case FieldShape.FieldsV1:
                var reader = new ProtobufReader(bytes);
                return reader.Read() ? JsonNode.Parse(reader.Bytes) : null;
            default:
                return Encoding.UTF8.GetString(bytes);
        }
    }

    private static string? First(ReadOnlySpan<byte> bytes, int field)
    {
        var reader = new ProtobufReader(bytes);
        while (reader.Read())
        {
            if (reader.Field == field)
                return Encoding.UTF8.GetString(reader.Bytes);
        }
        return null;
    }

    private static JsonNode? IntOrString(ReadOnlySpan<byte> bytes)
    {
        long type = 0, number = 0;
        var text = "";
        var reader = new ProtobufReader(bytes);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 1:
                    type = (long)reader.Number;
                    break;
                case 2:
                    number = (int)reader.Number;
                    break;
                case 3:
                    text = Encoding.UTF8.GetString(reader.Bytes);
                    break;
            }
        }
        return type == 1 ? text : number;
    }

    /// <summary>A time that was never set is an empty message, in JSON null.</summary>
    private static JsonValue? Timestamp(ReadOnlySpan<byte> bytes, string format)
    {
        long seconds = 0, nanoseconds = 0;
        var reader = new ProtobufReader(bytes);
        while (reader.Read())
        {
            if (reader.Field == 1)
                seconds = (long)reader.Number;
            else if (reader.Field == 2)
                nanoseconds = (long)reader.Number;
        }
        if (bytes.IsEmpty || seconds < DateTimeOffset.MinValue.ToUnixTimeSeconds() || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
            return null;
        var time = DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanoseconds / 100);
        return JsonValue.Create(time.UtcDateTime.ToString(format, CultureInfo.InvariantCulture));
    }

    private static ApiError Unknown(string message, int field) => ApiError.BadRequest(
        $"unable to decode the body: protobuf {(field == 0 ? "message" : $"field {field} of")} {message} is not known here; "
        + "send application/json instead");
}
