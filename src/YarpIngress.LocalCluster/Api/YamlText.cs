using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace YarpIngress.LocalCluster.Api;

/// <summary>JSON as block YAML, for clients that ask for it. Strings that could be read as anything else are quoted as in JSON.</summary>
internal static partial class YamlText
{
    public static string Write(JsonNode? node)
    {
        var text = new StringBuilder();
        Write(text, node, 0, inList: false);
        return text.Append('\n').ToString();
    }

    private static void Write(StringBuilder text, JsonNode? node, int indent, bool inList)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } value:
                var first = inList;
                foreach (var (name, child) in value)
                {
                    NewLine(text, indent, ref first);
                    text.Append(Scalar(name)).Append(':');
                    WriteChild(text, child, indent);
                }
                break;
            case JsonArray { Count: > 0 } list:
                var firstItem = inList;
                foreach (var child in list)
                {
                    NewLine(text, indent, ref firstItem);
                    text.Append("- ");
                    Write(text, child, indent + 2, inList: true);
                }
                break;
            case JsonObject:
                text.Append("{}");
                break;
            case JsonArray:
                text.Append("[]");
                break;
            case null:
                text.Append("null");
                break;
            default:
                text.Append(node.GetValueKind() == JsonValueKind.String ? Scalar(node.GetValue<string>()) : node.ToJsonString());
                break;
        }
    }

    private static void WriteChild(StringBuilder text, JsonNode? child, int indent)
    {
        if (child is JsonObject { Count: > 0 })
        {
            Write(text, child, indent + 2, inList: false);
        }
        else if (child is JsonArray { Count: > 0 })
        {
            Write(text, child, indent, inList: false);
        }
        else
        {
            text.Append(' ');
            Write(text, child, indent, inList: false);
        }
    }

    private static void NewLine(StringBuilder text, int indent, ref bool first)
    {
        if (!first && text.Length > 0)
            text.Append('\n').Append(' ', indent);
        first = false;
    }

    private static string Scalar(string value) => Plain().IsMatch(value) && !Word().IsMatch(value) ? value : $"\"{JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    /// <summary>Starts with a letter, and nothing in it means anything in YAML.</summary>
    [GeneratedRegex(@"^[A-Za-z/][A-Za-z0-9._/\-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();

    /// <summary>Words that YAML 1.1 reads as booleans or null.</summary>
    [GeneratedRegex(@"^(y|n|yes|no|on|off|true|false|null|nan|inf)\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Word();
}
