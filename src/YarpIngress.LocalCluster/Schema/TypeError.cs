using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace YarpIngress.LocalCluster.Schema;

/// <summary>Finds the first value whose JSON type is not the field's, worded as the Go decoder words it.</summary>
internal static partial class TypeError
{
    /// <summary>The error, null when every value fits.</summary>
    public static string? Find(ObjectType type, JsonObject value) => InFields(type, value, []);

    private static string? InFields(ObjectType type, JsonObject value, List<string> path)
    {
        foreach (var (name, child) in value)
        {
            if (child is null || type.Find(name) is not { } field)
            {
                continue;
            }

            path.Add(name);
            if (InValue(field.Type, child, type, path) is { } error)
            {
                return error;
            }

            path.RemoveAt(path.Count - 1);
        }

        return null;
    }

    private static string? InValue(FieldType type, JsonNode value, ObjectType holder, List<string> path)
    {
        var kind = value.GetValueKind();
        switch (type.Shape)
        {
            case FieldShape.Object:
                return value is JsonObject fields ? InFields(type.Object!, fields, path) : Mismatch();
            case FieldShape.List:
                return value is JsonArray items ? First(items, item => InValue(type.Element!, item, holder, path)) : Mismatch();
            case FieldShape.Map:
                return value is JsonObject entries
                    ? First(entries.Select(e => e.Value), v => InValue(type.Element!, v, holder, path))
                    : Mismatch();
            case FieldShape.String:
                return kind == JsonValueKind.String ? null : Mismatch();
            case FieldShape.Boolean:
                return kind is JsonValueKind.True or JsonValueKind.False ? null : Mismatch();
            case FieldShape.Int32 or FieldShape.Int64:
                var (low, high) = type.Shape == FieldShape.Int32 ? (int.MinValue, int.MaxValue) : (long.MinValue, long.MaxValue);
                return kind != JsonValueKind.Number ? Mismatch()
                    : value.AsInteger() is { } number && number >= low && number <= high ? null
                    : Mismatch(" " + value.ToJsonString());
            case FieldShape.Number:
                return kind == JsonValueKind.Number ? null : Mismatch();
            case FieldShape.IntOrString:
                return kind == JsonValueKind.String || value.AsInteger() is >= int.MinValue and <= int.MaxValue
                    ? null
                    : $"json: cannot unmarshal {GoKind(value)} into Go value of type int32";
            case FieldShape.Quantity:
                return kind is JsonValueKind.Number || (value.AsString() is { } quantity && Quantity().IsMatch(quantity))
                    ? null
                    : "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
            case FieldShape.Time or FieldShape.MicroTime:
                return value.AsString() is not { } time ? Mismatch()
                    : DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
                        && time.Contains('T', StringComparison.Ordinal)
                        ? null
                        : $"parsing time \"{time}\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"{time}\" as \"2006\"";
            case FieldShape.Bytes:
                return value.AsString() is not { } base64 ? Mismatch() : Base64Error(base64);
            default:
                return null;
        }

        string Mismatch(string literal = "") =>
            $"json: cannot unmarshal {GoKind(value)}{literal} into Go struct field {holder.Name}.{string.Join('.', path)} of type "
            + $"{type.GoName}";
    }

    private static string? First(IEnumerable<JsonNode?> values, Func<JsonNode, string?> check)
    {
        foreach (var value in values)
        {
            if (value is not null && check(value) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    private static string? Base64Error(string text)
    {
        var buffer = new byte[text.Length];
        if (Convert.TryFromBase64String(text, buffer, out _))
        {
            return null;
        }

        var wrong = text.AsSpan().IndexOfAnyExcept("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/\r\n");
        return string.Create(
            CultureInfo.InvariantCulture, $"illegal base64 data at input byte {(wrong < 0 ? text.Length / 4 * 4 : wrong)}");
    }

    private static string GoKind(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        _ => "bool",
    };

    [GeneratedRegex(@"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(([eE][-+]?[0-9]+)|([numkMGTPE]|[KMGTPE]i)?)$", RegexOptions.CultureInvariant)]
    private static partial Regex Quantity();
}
