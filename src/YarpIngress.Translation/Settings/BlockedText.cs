using System.Text.RegularExpressions;

namespace YarpIngress.Translation.Settings;

/// <summary>An entry of <c>block-user-agents</c> or <c>block-referers</c>, in the forms that an nginx map takes.</summary>
public static class BlockedText
{
    // Matched for each request, against a header that the client chose.
    private static readonly TimeSpan MostTime = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// The expression of an entry; null for one that stands for itself. Where it can't be matched in linear time, matching stops
    /// with an exception at some time.
    /// </summary>
    /// <exception cref="FormatException">It is no regular expression.</exception>
    public static Regex? Expression(string text) => text switch
    {
        ['~', '*', .. var pattern] => Compile(pattern, RegexOptions.CultureInvariant | RegexOptions.IgnoreCase),
        ['~', .. var pattern] => Compile(pattern, RegexOptions.CultureInvariant),
        _ => null,
    };

    private static Regex Compile(string pattern, RegexOptions options)
    {
        try
        {
            return BoundedRegex.Create(pattern, options, MostTime);
        }
        catch (RegexParseException error)
        {
            throw new FormatException(
                $"has {Quoted.Value(pattern)} behind ~, which is no regular expression: {error.Error} at character {error.Offset}");
        }
    }
}
