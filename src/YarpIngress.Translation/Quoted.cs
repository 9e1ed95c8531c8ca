using System.Text;

namespace YarpIngress.Translation;

/// <summary>Text that others wrote, made fit for a message: bounded, and without control characters that forge log lines.</summary>
internal static class Quoted
{
    private const int Longest = 120;

    public static string Value(string? value)
    {
        if (value is null)
            return "\"\"";
        var text = new StringBuilder("\"", Math.Min(value.Length, Longest) + 8);
        foreach (var c in value.Length > Longest ? value.AsSpan(0, Longest) : value)
        {
            if (char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029')
                text.Append('\uFFFD');
            else
                text.Append(c is '"' ? '\'' : c);
        }

        return text.Append(value.Length > Longest ? "…\"" : "\"").ToString();
    }

    /// <summary>The first few of <paramref name="values"/> and how many more there are.</summary>
    public static string List(IReadOnlyCollection<string> values, int shown = 3)
    {
        var text = string.Join(", ", values.Take(shown));
        return values.Count > shown ? $"{text} and {values.Count - shown} more" : text;
    }
}
