using System.Text.RegularExpressions;
using YarpIngress.Translation.Variables;

namespace YarpIngress.Translation.Model;

/// <summary>What to make of a text: nginx's pair of what is looked for and what comes in its place.</summary>
public sealed class TextRewrite : IEquatable<TextRewrite>
{
    /// <summary>The longest text to look for, in characters.</summary>
    public const int Longest = 2048;

    // For those that can't be matched in linear time; of one header of one answer.
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(20);

    private TextRewrite(string from, Regex? expression, VariableText to) => (From, Expression, To) = (from, expression, to);

    /// <summary>
    /// What is looked for, as it was written: a text, or a regular expression behind <c>~</c> or, in any case, <c>~*</c>.
    /// </summary>
    public string From { get; }

    /// <summary>The regular expression; null when <see cref="From"/> is a text.</summary>
    public Regex? Expression { get; }

    /// <summary>What comes instead.</summary>
    public VariableText To { get; }

    /// <summary>Reads a pair.</summary>
    /// <exception cref="FormatException">The expression is none, or has no such capture; or a variable is not known.</exception>
    public static TextRewrite Parse(string from, string to)
    {
        if (from.Length is 0 or > Longest || to.Length > Longest || from.Any(char.IsControl) || to.Any(char.IsControl))
            throw new FormatException($"must be two texts of one line, each of at most {Longest} characters, the first not empty");
        var expression = from.StartsWith("~*", StringComparison.Ordinal) ? Compile(from[2..], RegexOptions.IgnoreCase)
            : from.StartsWith('~') ? Compile(from[1..], RegexOptions.None)
            : null;
        var text = VariableText.Parse(to, captures: expression is not null);
        var groups = expression?.GetGroupNumbers().Length - 1 ?? 0;
        return text.HighestCapture <= groups
            ? new TextRewrite(from, expression, text)
            : throw new FormatException($"uses the capture ${text.HighestCapture}, and the expression has {groups}");
    }

    /// <inheritdoc/>
    public bool Equals(TextRewrite? other) => other is not null && From == other.From && To == other.To;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TextRewrite);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(From, To);

    /// <inheritdoc/>
    public override string ToString() => $"{From} {To}";

    private static Regex Compile(string pattern, RegexOptions options)
    {
        try
        {
            return BoundedRegex.Create(pattern, options | RegexOptions.CultureInvariant, Limit);
        }
        catch (ArgumentException error)
        {
            throw new FormatException($"has no regular expression behind ~: {error.Message}");
        }
    }
}
