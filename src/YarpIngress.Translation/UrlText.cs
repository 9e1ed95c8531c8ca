using System.Buffers;

namespace YarpIngress.Translation;

/// <summary>URLs that somebody configured, with nginx's variables in them.</summary>
internal static class UrlText
{
    /// <summary>The longest one, in characters.</summary>
    public const int Longest = 2048;

    private static readonly SearchValues<char> Characters = SearchValues.Create(
        "!#$%&'()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]_abcdefghijklmnopqrstuvwxyz{}~");

    /// <summary>Whether it is short enough, and of what a URL and a variable are made of.</summary>
    public static bool MayBe(string text) => text.Length <= Longest && !text.AsSpan().ContainsAnyExcept(Characters);
}
