using System.Buffers;
using System.Collections.Frozen;

namespace YarpIngress.Translation;

/// <summary>Names and values of headers that somebody configured.</summary>
public static class HeaderText
{
    /// <summary>What names of headers, methods and cookies are made of: RFC 9110, 5.6.2.</summary>
    public static readonly SearchValues<char> TokenCharacters = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // They frame the message or speak of the connection: a wrong one would let a client read another answer.
    private static readonly FrozenSet<string> Framing = new[]
    {
        "Connection", "Content-Length", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "HTTP2-Settings",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a header may have this name.</summary>
    public static bool IsName(string name) => name.Length is > 0 and <= 256 && !name.AsSpan().ContainsAnyExcept(TokenCharacters);

    /// <summary>Whether it frames a message or speaks of a connection, and so is none that anybody sets.</summary>
    public static bool IsFraming(string name) => Framing.Contains(name);

    /// <summary>Whether a header may have this value: visible ASCII, spaces and tabs, in one line.</summary>
    public static bool IsValue(string value) => value.Length <= 8192 && !value.AsSpan().ContainsAnyExceptInRange(' ', '~')
        || (value.Contains('\t') && IsValue(value.Replace('\t', ' ')));

    /// <summary>A name that may be set.</summary>
    /// <exception cref="FormatException">It may not.</exception>
    public static string Name(string text)
    {
        var name = text.Trim();
        if (!IsName(name))
            throw new FormatException($"must hold names of headers; {Quoted.Value(name)} is none");
        return IsFraming(name) ? throw new FormatException($"must not hold {name}, which frames the message") : name;
    }

    /// <summary>What of a text are names that may be set, with commas or spaces between.</summary>
    public static IReadOnlyList<string> NamesIn(string text) =>
    [
        .. text.Split([',', ' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Where(name => IsName(name) && !IsFraming(name)),
    ];

    /// <summary>Names with commas between.</summary>
    /// <exception cref="FormatException">One of them is none.</exception>
    public static IReadOnlyList<string> Names(string text) =>
        [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Name)];
}
