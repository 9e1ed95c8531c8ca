using System.Text.RegularExpressions;

namespace YarpIngress.Translation;

/// <summary>The expression of <see cref="Model.CanaryPolicy.HeaderPattern"/>.</summary>
public static class CanaryPattern
{
    // Matched for each request, against a header that the client chose.
    private static readonly TimeSpan MostTime = TimeSpan.FromMilliseconds(50);

    /// <summary>Reads it. Where it can't be matched in linear time, matching stops with an exception at some time.</summary>
    /// <exception cref="ArgumentException">It is no regular expression.</exception>
    public static Regex Parse(string pattern) => BoundedRegex.Create(pattern, RegexOptions.CultureInvariant, MostTime);
}
