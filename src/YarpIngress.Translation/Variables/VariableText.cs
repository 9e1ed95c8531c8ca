using System.Text;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Variables;

/// <summary>
/// A text with variables in nginx's syntax, read once: <c>$name</c>, <c>${name}</c>, and <c>$1</c> where captures are allowed.
/// </summary>
/// <remarks>No text of a user is ever run or pasted into a configuration: what stands here is looked up for each request.</remarks>
public sealed record VariableText
{
    private const int LongestShown = 40;

    private VariableText(string source, EquatableArray<VariablePart> parts) => (Source, Parts) = (source, parts);

    /// <summary>As it was written.</summary>
    public string Source { get; }

    /// <summary>Literals and what stands between them, in order.</summary>
    public EquatableArray<VariablePart> Parts { get; }

    /// <summary>Whether it is the same for every request.</summary>
    public bool IsLiteral => Parts.All(part => part.Literal is not null);

    /// <summary>The highest capture that it uses; 0 when none.</summary>
    public int HighestCapture => Parts.Count == 0 ? 0 : Parts.Max(part => part.Capture);

    /// <summary>Reads a text.</summary>
    /// <param name="source">The text.</param>
    /// <param name="captures">Whether <c>$1</c> to <c>$9</c> are captures; else they are no variables.</param>
    /// <exception cref="FormatException">A variable is not known, or a brace is not closed.</exception>
    public static VariableText Parse(string source, bool captures = false)
    {
        var parts = new List<VariablePart>();
        var literal = new StringBuilder();
        var at = 0;
        while (at < source.Length)
        {
            if (source[at] != '$')
            {
                literal.Append(source[at++]);
                continue;
            }
            var name = NameAt(source, at + 1, out var end);
            // As in nginx a dollar sign that names nothing stands for itself.
            if (name.Length == 0)
            {
                literal.Append(source[at++]);
                continue;
            }
            var part = Part(name, captures);
            if (char.IsAsciiDigit(name[0]) && source[at + 1] != '{')
                end = at + 2;
            Flush(literal, parts);
            parts.Add(part);
            at = end;
        }
        Flush(literal, parts);
        return new VariableText(source, parts.ToEquatableArray());
    }

    /// <inheritdoc/>
    public bool Equals(VariableText? other) => other is not null && Source == other.Source && Parts == other.Parts;

    /// <inheritdoc/>
    public override int GetHashCode() => Source.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => Source;

    private static VariablePart Part(string name, bool captures)
    {
        if (char.IsAsciiDigit(name[0]))
        {
            if (captures && name[0] != '0')
                return VariablePart.Group(name[0] - '0');
            throw new FormatException(captures
                ? $"has the capture ${name}; captures are $1 to $9"
                : $"has the capture ${name}, which means something only where a path is rewritten");
        }
        return VariableNames.Find(name)
            ?? throw new FormatException(
                $"has the variable ${(name.Length <= LongestShown ? name : name[..LongestShown] + "…")}, which is not known; "
                + $"known are {VariableNames.Known}");
    }

    private static string NameAt(string source, int start, out int end)
    {
        var braces = start < source.Length && source[start] == '{';
        if (braces)
            start++;
        end = start;
        while (end < source.Length && (char.IsAsciiLetterOrDigit(source[end]) || source[end] == '_'))
            end++;
        var name = source[start..end];
        if (!braces)
            return name;
        if (name.Length == 0 || end == source.Length || source[end] != '}')
            throw new FormatException("has a brace after a dollar sign that is not closed behind the variable's name");
        end++;
        return name;
    }

    private static void Flush(StringBuilder literal, List<VariablePart> parts)
    {
        if (literal.Length > 0)
            parts.Add(VariablePart.Text(literal.ToString()));
        literal.Clear();
    }
}
