using System.Text.RegularExpressions;

namespace YarpIngress.Translation.Settings;

/// <summary>An entry of <c>skip-access-log-urls</c>, in the forms that an nginx map takes.</summary>
public static class SkippedUrl
{
    /// <summary>The expression of an entry; null for one that stands for itself.</summary>
    /// <exception cref="ArgumentException">It is no regular expression.</exception>
    /// <exception cref="NotSupportedException">It can't be matched in linear time.</exception>
    public static Regex? Expression(string url) => url switch
    {
        ['~', '*', .. var text] => new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase),
        ['~', .. var text] => new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant),
        _ => null,
    };
}
