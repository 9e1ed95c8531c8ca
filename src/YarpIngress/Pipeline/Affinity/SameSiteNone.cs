using System.Globalization;

namespace YarpIngress.Pipeline.Affinity;

/// <summary>
/// Which browsers treat <c>SameSite=None</c> as if it were Strict, or drop the cookie: the list that the Chromium project published
/// when it changed what a missing SameSite means (https://www.chromium.org/updates/same-site/incompatible-clients/).
/// </summary>
internal static class SameSiteNone
{
    /// <summary>False for browsers that are known not to.</summary>
    public static bool IsUnderstoodBy(string userAgent) => !TakesItForStrict(userAgent) && !DropsTheCookie(userAgent);

    // Safari, and whatever else shows pages, on iOS 12 and on macOS 10.14.
    private static bool TakesItForStrict(string agent) =>
        (Has(agent, "(iP") && Has(agent, " OS 12_"))
        || (Has(agent, "Macintosh;") && Has(agent, "Mac OS X 10_14") && Has(agent, "AppleWebKit/") && IsSafariOrEmbedded(agent));

    private static bool IsSafariOrEmbedded(string agent) =>
        (Has(agent, "Version/") && Has(agent, " Safari/") && !IsChromium(agent))
            || agent.EndsWith("(KHTML, like Gecko)", StringComparison.Ordinal);

    private static bool DropsTheCookie(string agent) => Has(agent, "UCBrowser/")
        ? Version(agent, "UCBrowser/") is { } version && version < new Version(12, 13, 2)
        : IsChromium(agent) && (Version(agent, "Chrome/") ?? Version(agent, "Chromium/")) is { Major: >= 51 and <= 66 };

    private static bool IsChromium(string agent) => Has(agent, "Chrome/") || Has(agent, "Chromium/");

    private static bool Has(string agent, string part) => agent.Contains(part, StringComparison.Ordinal);

    private static Version? Version(string agent, string name)
    {
        var start = agent.IndexOf(name, StringComparison.Ordinal);
        if (start < 0)
            return null;
        Span<int> parts = [0, 0, 0];
        var rest = agent.AsSpan(start + name.Length);
        for (var i = 0; i < parts.Length; i++)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            var number = digits < 0 ? rest : rest[..digits];
            if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out parts[i]))
                break;
            rest = rest[number.Length..];
            if (rest is not ['.', ..])
                break;
            rest = rest[1..];
        }
        return new Version(parts[0], parts[1], parts[2]);
    }
}
