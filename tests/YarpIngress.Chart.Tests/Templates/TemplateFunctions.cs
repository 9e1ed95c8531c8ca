using System.Globalization;

namespace YarpIngress.Chart.Tests.Templates;

/// <summary>The functions that the chart uses: Go's, sprig's and Helm's, under the same rules.</summary>
internal static class TemplateFunctions
{
    public static object? Call(TemplateExecution execution, string name, object?[] arguments) => (name, arguments) switch
    {
        ("include", [string template, var data]) => execution.Include(template, data),
        ("fail", [string message]) => throw new TemplateException(message),
        ("default", [var fallback, var value]) => TemplateExecution.IsTrue(value) ? value : fallback,
        ("ternary", [var yes, var no, bool condition]) => condition ? yes : no,
        ("not", [var value]) => !TemplateExecution.IsTrue(value),
        ("eq", [var left, var right]) => AreEqual(left, right),
        ("ne", [var left, var right]) => !AreEqual(left, right),
        ("gt", [long left, long right]) => left > right,
        ("int" or "int64", [var value]) => Whole(value),
        ("toString", [var value]) => Print(value),
        ("toYaml", [var value]) => YamlText.Of(value),
        ("quote", [var value]) => value is null ? "" : Quote(Print(value)),
        ("b64enc", [string text]) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text)),
        ("printf", [string format, .. var values]) => Format(format, values),
        ("trim", [string text]) => text.Trim(),
        ("trunc", [long most, string text]) => text.Length > most ? text[..(int)most] : text,
        ("trimSuffix", [string suffix, string text]) => text.EndsWith(suffix, StringComparison.Ordinal) ? text[..^suffix.Length] : text,
        ("contains", [string part, string text]) => text.Contains(part, StringComparison.Ordinal),
        ("replace", [string old, string by, string text]) => text.Replace(old, by, StringComparison.Ordinal),
        ("nindent", [long by, string text]) => Indent((int)by, text),
        ("prepend", [IReadOnlyList<object?> list, var value]) => new List<object?>([value, .. list]),
        ("index", [IReadOnlyDictionary<string, object?> map, string key]) => map.GetValueOrDefault(key),
        ("dict", _) => Dictionary(arguments),
        ("kindIs", [string kind, var value]) => kind == Kind(value),
        _ => throw new TemplateException(
            $"{name} with {string.Join(", ", arguments.Select(Kind))} is not in the part of the language that is known here"),
    };

    /// <summary>A value as an action prints it; Helm leaves out what is not there. Go writes what has more than six digits with an exponent.</summary>
    public static string Print(object? value) => value switch
    {
        null => "",
        string text => text,
        bool flag => flag ? "true" : "false",
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number when Math.Abs(number) >= 1e6 => number.ToString("0.################e+00", CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        _ => throw new TemplateException("a list or a map is printed: use toYaml"),
    };

    private static bool AreEqual(object? left, object? right) => (left, right) switch
    {
        (string, string) or (bool, bool) or (long, long) or (double, double) => Equals(left, right),
        _ => throw new TemplateException($"eq compares {Kind(left)} with {Kind(right)}, which Go refuses"),
    };

    private static long Whole(object? value) => value switch
    {
        long number => number,
        double number => (long)number,
        string text => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0,
        _ => 0,
    };

    private static string Quote(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"";

    private static string Format(string format, ReadOnlySpan<object?> values)
    {
        var parts = format.Split("%s");
        if (parts.Length != values.Length + 1)
            throw new TemplateException($"printf \"{format}\" with {values.Length} values; only %s is known here");
        var result = parts[0];
        for (var i = 0; i < values.Length; i++)
            result += (values[i] as string ?? throw new TemplateException("printf %s needs text: use toString")) + parts[i + 1];
        return result;
    }

    private static string Indent(int by, string text)
    {
        var space = new string(' ', by);
        return "\n" + space + text.Replace("\n", "\n" + space, StringComparison.Ordinal);
    }

    private static Dictionary<string, object?> Dictionary(object?[] arguments) =>
        arguments.Chunk(2).ToDictionary(pair => (string)pair[0]!, pair => pair[1]);

    private static string Kind(object? value) => value switch
    {
        null => "invalid",
        bool => "bool",
        long => "int",
        double => "float64",
        string => "string",
        IReadOnlyDictionary<string, object?> => "map",
        IReadOnlyList<object?> => "slice",
        _ => "func",
    };
}
