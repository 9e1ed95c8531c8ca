using System.Text.RegularExpressions;

namespace YarpIngress.Options;

/// <summary>
/// Whether a text is a label selector as the API server takes it. Checked at start, since a server that refuses the
/// selector looks like a server that is down.
/// </summary>
internal static partial class LabelSelectorSyntax
{
    // key, !key, key=value, key==value, key!=value, key in (a,b), key notin (a,b)
    private const string Key = @"[\w./-]+";
    private const string Requirement =
        $@"(?:!\s*{Key}|{Key}\s*(?:==?|!=)\s*[\w.-]*|{Key}\s+(?:in|notin)\s*\([\w\s.,-]*\)|{Key})";

    /// <summary>Whether <paramref name="text"/> can be sent as a <c>labelSelector</c>.</summary>
    public static bool IsValid(string text) => Selector().IsMatch(text);

    [GeneratedRegex($@"\A\s*{Requirement}(?:\s*,\s*{Requirement})*\s*\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Selector();
}
