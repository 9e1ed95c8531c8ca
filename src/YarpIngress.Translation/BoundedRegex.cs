using System.Text.RegularExpressions;

namespace YarpIngress.Translation;

/// <summary>Regular expressions that somebody configured and that are matched against what clients send.</summary>
internal static class BoundedRegex
{
    /// <summary>
    /// Makes one that is matched in linear time; if it has look-around or references to groups, which need backtracking, matching
    /// stops with an exception after <paramref name="limit"/>.
    /// </summary>
    /// <exception cref="RegexParseException">It is no regular expression.</exception>
    public static Regex Create(string pattern, RegexOptions options, TimeSpan limit)
    {
        try
        {
            return new Regex(pattern, options | RegexOptions.NonBacktracking);
        }
        catch (NotSupportedException)
        {
            return new Regex(pattern, options, limit);
        }
    }
}
