using System.Text;

namespace YarpIngress.Translation.Settings;

/// <summary>The text of a log format: nginx's syntax, <c>$name</c> and <c>${name}</c>; a dollar sign without a name is one.</summary>
public static class LogFormatText
{
    /// <summary>Its pieces: a literal and the variable behind it, which the last piece does not have.</summary>
    public static IReadOnlyList<(string Literal, string? Variable)> Read(string format)
    {
        var pieces = new List<(string, string?)>();
        var text = new StringBuilder();
        var at = 0;
        while (at < format.Length)
        {
            if (format[at] != '$' || NameAt(format, at, out var end) is not { } name)
            {
                text.Append(format[at++]);
                continue;
            }
            pieces.Add((text.ToString(), name));
            text.Clear();
            at = end;
        }
        pieces.Add((text.ToString(), null));
        return pieces;
    }

    private static string? NameAt(string format, int dollar, out int end)
    {
        var start = dollar + 1;
        var braces = start < format.Length && format[start] == '{';
        if (braces)
            start++;
        end = start;
        while (end < format.Length && (char.IsAsciiLetterOrDigit(format[end]) || format[end] == '_'))
            end++;
        var name = format[start..end];
        if (name.Length == 0)
            return null;
        if (!braces)
            return name;
        if (end >= format.Length || format[end] != '}')
            return null;
        end++;
        return name;
    }
}
