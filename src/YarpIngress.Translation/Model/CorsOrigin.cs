using System.Buffers;
using System.Globalization;
using System.Net;

namespace YarpIngress.Translation.Model;

/// <summary>An origin that is allowed; one label of its host may be any.</summary>
/// <param name="Before">What stands before the wildcard; all of it where there is none.</param>
/// <param name="After">What stands behind the wildcard; null where there is none.</param>
public readonly record struct CorsOrigin(string Before, string? After)
{
    private const string SchemeEnd = "://";

    private static readonly SearchValues<char> LabelCharacters = SearchValues.Create(
        "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly SearchValues<char> SchemeCharacters = SearchValues.Create(
        "+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>
    /// Reads <c>scheme://host[:port]</c>, whose host may begin with <c>*.</c>, <c>*.host</c> for any scheme, or <c>null</c>; null when
    /// the text is none of these.
    /// </summary>
    public static CorsOrigin? TryParse(string text)
    {
        if (text == "null")
            return new CorsOrigin(text, null);
        var scheme = text.IndexOf(SchemeEnd, StringComparison.Ordinal);
        if (scheme == 0 || (scheme > 0 && text.AsSpan(0, scheme).ContainsAnyExcept(SchemeCharacters)))
            return null;
        var start = scheme < 0 ? 0 : scheme + SchemeEnd.Length;
        var authority = text.AsSpan(start);
        var isWildcard = authority.StartsWith("*.");
        if (!IsAuthority(isWildcard ? authority[2..] : authority) || (scheme < 0 && !isWildcard))
            return null;
        return isWildcard ? new CorsOrigin(text[..start], text[(start + 1)..]) : new CorsOrigin(text, null);
    }

    /// <summary>Whether the Origin header of a request is this one, in any case.</summary>
    public bool Matches(ReadOnlySpan<char> origin)
    {
        if (After is null)
            return origin.Equals(Before, StringComparison.OrdinalIgnoreCase);
        if (Before.Length == 0)
        {
            var scheme = origin.IndexOf(SchemeEnd);
            if (scheme <= 0 || origin[..scheme].ContainsAnyExcept(SchemeCharacters))
                return false;
            origin = origin[(scheme + SchemeEnd.Length)..];
        }
        return origin.Length > Before.Length + After.Length
            && origin.StartsWith(Before, StringComparison.OrdinalIgnoreCase)
            && origin.EndsWith(After, StringComparison.OrdinalIgnoreCase)
            && !origin[Before.Length..^After.Length].ContainsAnyExcept(LabelCharacters);
    }

    /// <inheritdoc/>
    public override string ToString() => After is null ? Before : $"{Before}*{After}";

    private static bool IsAuthority(ReadOnlySpan<char> text)
    {
        var colon = text.LastIndexOf(':');
        var host = text;
        if (colon >= 0 && !text.EndsWith("]"))
        {
            if (!int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is 0 or > 65535)
                return false;
            host = text[..colon];
        }
        return HostName.IsDnsName(host)
            || (host.StartsWith("[") && host.EndsWith("]") && IPAddress.TryParse(host[1..^1], out _));
    }
}
