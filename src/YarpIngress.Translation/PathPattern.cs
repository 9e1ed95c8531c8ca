using System.Text;
using System.Text.RegularExpressions;

namespace YarpIngress.Translation;

/// <summary>
/// Regular expressions that tenants write for nginx, as .NET runs them: in any case, in linear time where the expression allows,
/// else with a time limit.
/// </summary>
public static class PathPattern
{
    /// <summary>The longest expression, in characters.</summary>
    public const int Longest = 2048;

    /// <summary>How long an expression that can't be matched in linear time may take for one request.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(20);

    private const RegexOptions Plain = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    /// <summary>Matches at the beginning of a path.</summary>
    public static Regex AtStart(string pattern) => BoundedRegex.Create("^" + Translated(pattern), Plain, Limit);

    /// <summary>Matches anywhere.</summary>
    public static Regex Anywhere(string pattern) => BoundedRegex.Create(Translated(pattern), Plain, Limit);

    /// <summary>
    /// Whether an expression of these matches a text. Time goes on while the system has the thread wait for a processor, so one that
    /// took too long is tried once more: only what is slow by itself is so again.
    /// </summary>
    /// <exception cref="RegexMatchTimeoutException">It takes longer than <see cref="Limit"/>.</exception>
    public static bool IsMatch(Regex expression, ReadOnlySpan<char> text)
    {
        try
        {
            return expression.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return expression.IsMatch(text);
        }
    }

    /// <summary>Why an expression can't be used; null when it can.</summary>
    public static string? Refusal(string pattern) => TryParse(pattern, out var why) is null ? why : null;

    /// <summary>How many groups an expression captures; 0 when it can't be used.</summary>
    public static int Groups(string pattern) => TryParse(pattern, out _) is { } regex ? regex.GetGroupNumbers().Length - 1 : 0;

    /// <summary>The beginning that every match has, literally but for the case; empty when that can't be told at a glance.</summary>
    public static string LiteralStart(string pattern)
    {
        var end = pattern.AsSpan().IndexOfAny(@"\*+?|{}[]()^$.#");
        if (end < 0)
            return pattern;
        if (pattern.Contains('|'))
            return "";
        // The character before a quantifier may be there no time.
        return pattern[end] is '*' or '?' or '{' ? pattern[..Math.Max(0, end - 1)] : pattern[..end];
    }

    /// <summary>Whether an expression is a literal text.</summary>
    public static bool IsLiteral(string pattern) => LiteralStart(pattern).Length == pattern.Length;

    private static Regex? TryParse(string pattern, out string? why)
    {
        why = null;
        if (pattern.Length > Longest)
            why = $"the expression is longer than {Longest} characters";
        else if (pattern.Contains("[:", StringComparison.Ordinal))
            why = "POSIX classes such as [:alpha:] are not understood; write [a-z]";
        else
        {
            try
            {
                return new Regex(Translated(pattern), Plain, Limit);
            }
            catch (RegexParseException error)
            {
                // Not its message, which holds the whole expression.
                why = $"it is no regular expression: {error.Error} at character {error.Offset}";
            }
        }
        return null;
    }

    /// <summary>Names of groups go: in .NET they are counted after those without, in PCRE in their order, as $1 to $9 mean it.</summary>
    private static string Translated(string pattern)
    {
        if (!pattern.Contains("(?", StringComparison.Ordinal))
            return pattern;
        var text = new StringBuilder(pattern.Length);
        for (var i = 0; i < pattern.Length; i++)
        {
            text.Append(pattern[i]);
            if (pattern[i] == '\\' && i + 1 < pattern.Length)
                text.Append(pattern[++i]);
            else if (pattern[i] == '(' && EndOfName(pattern.AsSpan(i + 1)) is > 0 and var skipped)
                i += skipped;
        }
        return text.ToString();
    }

    private static int EndOfName(ReadOnlySpan<char> afterParenthesis)
    {
        var start = afterParenthesis.StartsWith("?P<", StringComparison.Ordinal) ? 3
            : afterParenthesis.StartsWith("?<", StringComparison.Ordinal) && !afterParenthesis.StartsWith("?<=", StringComparison.Ordinal)
                && !afterParenthesis.StartsWith("?<!", StringComparison.Ordinal) ? 2 : 0;
        return start > 0 && afterParenthesis.IndexOf('>') is > 0 and var end ? end + 1 : 0;
    }
}
