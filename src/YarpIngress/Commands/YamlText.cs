using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace YarpIngress.Commands;

/// <summary>
/// Writes JSON values as block YAML, in the order they have. What
/// is read back by YAML 1.1 or 1.2 rules is the same value.
/// </summary>
internal static partial class YamlText
{
    public static void Write(TextWriter writer, JsonObject value) => WriteObject(writer, value, 0, continues: false);

    private static void WriteObject(TextWriter writer, JsonObject value, int indent, bool continues)
    {
        foreach (var (name, child) in value)
        {
            if (!continues)
                Indent(writer, indent);
            continues = false;
            writer.Write(Scalar(name));
            writer.Write(':');
            WriteChild(writer, child, indent);
        }
    }

    private static void WriteChild(TextWriter writer, JsonNode? child, int indent)
    {
        switch (child)
        {
            case JsonObject { Count: > 0 } map:
                writer.Write('\n');
                WriteObject(writer, map, indent + 2, continues: false);
                break;
            case JsonArray { Count: > 0 } list:
                writer.Write('\n');
                WriteList(writer, list, indent, continues: false);
                break;
            default:
                writer.Write(' ');
                writer.Write(Inline(child));
                writer.Write('\n');
                break;
        }
    }

    private static void WriteList(TextWriter writer, JsonArray list, int indent, bool continues)
    {
        foreach (var item in list)
        {
            if (!continues)
                Indent(writer, indent);
            continues = false;
            writer.Write("- ");
            switch (item)
            {
                case JsonObject { Count: > 0 } map:
                    WriteObject(writer, map, indent + 2, continues: true);
                    break;
                case JsonArray { Count: > 0 } inner:
                    WriteList(writer, inner, indent + 2, continues: true);
                    break;
                default:
                    writer.Write(Inline(item));
                    writer.Write('\n');
                    break;
            }
        }
    }

    private static string Inline(JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.Object => "{}",
        JsonValueKind.Array => "[]",
        JsonValueKind.String => Scalar(value.GetValue<string>()),
        _ => value.ToJsonString(),
    };

    private static string Scalar(string text) =>
        IsPlain(text)
            ? text
            : $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text).Replace("\\u0022", "\\\"", StringComparison.Ordinal)}\"";

    private static bool IsPlain(string text) =>
        PlainText().IsMatch(text)
        && !text.Contains(": ", StringComparison.Ordinal)
        && !text.Contains(" #", StringComparison.Ordinal)
        && !text.EndsWith(':')
        && !OtherType().IsMatch(text)
        && !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static void Indent(TextWriter writer, int indent)
    {
        for (var i = 0; i < indent; i++)
            writer.Write(' ');
    }

    // Printable ASCII that neither begins with an indicator nor ends with a space.
    [GeneratedRegex("^[A-Za-z0-9/._$(+;<=\\\\^~]([ -~]*[!-~])?$", RegexOptions.CultureInvariant)]
    private static partial Regex PlainText();

    // What a reader by YAML 1.1 rules takes for a boolean, null, number, date or sexagesimal.
    [GeneratedRegex(
        "^(y|n|yes|no|on|off|true|false|null|~|=|<<|[-+]?\\.inf|\\.nan|[-+]?0[xob][0-9a-f_]+|"
        + "[-+]?[0-9][0-9_]*([:.][0-9_]+)?|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\\.[0-9_]*)?|[0-9]{4}-[0-9].*)$",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex OtherType();
}
