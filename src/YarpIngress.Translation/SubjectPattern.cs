using System.Text.RegularExpressions;

namespace YarpIngress.Translation;

/// <summary>The expression of <c>auth-tls-match-cn</c>: found anywhere in the subject of a client's certificate, in its own case.</summary>
public static class SubjectPattern
{
    private const string Beginning = "CN=";
    private const int Longest = 1024;

    // Only for what can't be matched in linear time; a subject is as short as its authority lets it be.
    private static readonly TimeSpan MostTime = TimeSpan.FromMilliseconds(50);

    /// <summary>Reads it. Where it can't be matched in linear time, matching stops with an exception at some time.</summary>
    /// <exception cref="FormatException">It is not allowed.</exception>
    public static Regex Parse(string pattern)
    {
        if (!pattern.StartsWith(Beginning, StringComparison.Ordinal) || pattern.Length <= Beginning.Length || pattern.Length > Longest
            || pattern.Any(char.IsControl))
            throw new FormatException($"must be CN= and a regular expression, of at most {Longest} characters");
        try
        {
            return BoundedRegex.Create(pattern, RegexOptions.CultureInvariant, MostTime);
        }
        catch (RegexParseException error)
        {
            // Not its message, which holds the whole expression.
            throw new FormatException($"must be CN= and a regular expression: {error.Error} at character {error.Offset}");
        }
    }
}
