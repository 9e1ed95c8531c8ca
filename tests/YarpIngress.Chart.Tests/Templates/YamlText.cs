using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using YarpIngress.Kubernetes;

namespace YarpIngress.Chart.Tests.Templates;

/// <summary>YAML as Helm's <c>toYaml</c> writes it: keys in order, lists not indented under their key.</summary>
internal static partial class YamlText
{
    public static string Of(object? value)
    {
        var text = new StringBuilder();
        Write(text, value, 0, afterKey: false);
        return text.ToString().TrimEnd('\n');
    }

    private static void Write(StringBuilder text, object? value, int indent, bool afterKey)
    {
        switch (value)
        {
            case IReadOnlyDictionary<string, object?> { Count: > 0 } map:
                WriteMap(text, map, indent, afterKey);
                break;
            case IReadOnlyList<object?> { Count: > 0 } list:
                WriteList(text, list, afterKey ? Math.Max(0, indent - 2) : indent, afterKey);
                break;
            default:
                text.Append(afterKey ? " " : "").Append(Scalar(value, indent)).Append('\n');
                break;
        }
    }

    private static void WriteMap(StringBuilder text, IReadOnlyDictionary<string, object?> map, int indent, bool afterKey)
    {
        if (afterKey)
            text.Append('\n');
        var first = !afterKey;
        foreach (var (key, value) in map.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (!first)
                text.Append(' ', indent);
            first = false;
            text.Append(Scalar(key, indent)).Append(':');
            Write(text, value, indent + 2, afterKey: true);
        }
    }

    private static void WriteList(StringBuilder text, IReadOnlyList<object?> list, int indent, bool afterKey)
    {
        if (afterKey)
            text.Append('\n');
        var first = !afterKey;
        foreach (var item in list)
        {
            if (!first)
                text.Append(' ', indent);
            first = false;
            text.Append("- ");
            Write(text, item, indent + 2, afterKey: false);
        }
    }

    private static string Scalar(object? value, int indent) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        string text => Text(text, indent),
        IReadOnlyDictionary<string, object?> => "{}",
        _ => "[]",
    };

    private static string Text(string text, int indent)
    {
        if (text.Contains('\n'))
        {
            var space = new string(' ', Math.Max(2, indent));
            var lines = text.TrimEnd('\n').Split('\n').Select(line => line.Length == 0 ? "" : space + line);
            return (text.EndsWith('\n') ? "|\n" : "|-\n") + string.Join('\n', lines);
        }
        if (text.Length == 0 || !MeansText(text))
            return $"\"{text}\"";
        return Plain().IsMatch(text) ? text : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
    }

    private static bool MeansText(string text) =>
        !Plain().IsMatch(text) || ManifestReader.ReadText($"value: {text}")[0].Object["value"] is System.Text.Json.Nodes.JsonValue value
            && value.TryGetValue<string>(out _);

    // Narrower than YAML's plain scalars: what is outside is quoted, which means the same.
    [GeneratedRegex(
        "^[A-Za-z0-9_./$(+](?:[A-Za-z0-9_./$()+=@%;-]|:(?=[A-Za-z0-9/])| (?=[A-Za-z0-9(/]))*$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Plain();
}
