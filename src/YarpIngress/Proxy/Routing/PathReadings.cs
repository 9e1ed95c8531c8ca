using System.Buffers;
using System.Text;

namespace YarpIngress.Proxy.Routing;

/// <summary>
/// What else than <see cref="RequestPath"/> a server could make of a path: servers do not agree whether <c>%2F</c> separates
/// elements, whether <c>\</c> does, whether <c>;…</c> belongs to a name, whether what is encoded twice is decoded twice, whether
/// a question mark that was encoded ends the path, and whether dot elements are resolved at all. A pod that reads a path in
/// another way than it was matched would be reached past the protections of the route that it takes itself to be asked for; so a
/// host with protections is asked about each reading.
/// </summary>
internal static class PathReadings
{
    // Nobody means so many at once.
    private const int MostDoubts = 3;

    // Where a separator or a dot was encoded and is none: no path of a rule holds them, and no element is a dot element with them.
    private const char NoSeparator = '\uE02F';
    private const char NoDot = '\uE02E';

    /// <summary>Something that servers do not agree about.</summary>
    [Flags]
    internal enum Doubts
    {
        None = 0,

        /// <summary>An encoded slash: a slash, or a character of a name.</summary>
        EncodedSlash = 1,

        /// <summary>A backslash: a character, or a slash.</summary>
        Backslash = 2,

        /// <summary>Parameters: part of a name, or dropped.</summary>
        Parameters = 4,

        /// <summary>An encoded percent sign: decoded once, or what comes of it once more.</summary>
        Encoding = 8,

        /// <summary>Dot elements: resolved, or not.</summary>
        Dots = 16,

        /// <summary>Empty elements before dot elements: merged with their neighbours, or elements.</summary>
        Empty = 32,

        /// <summary>UTF-8 in a longer form than needed: nothing, or the character that it would be.</summary>
        Longer = 64,

        /// <summary>An encoded dot: a dot, or a character of a name.</summary>
        EncodedDot = 128,

        /// <summary>An encoded question mark or hash: a character of a name, or the end of the path.</summary>
        End = 256,
    }

    /// <summary>What is looked for in each reading.</summary>
    /// <param name="path">The path in that reading.</param>
    /// <param name="state">What the caller gave.</param>
    public delegate bool Judge<in TState>(ReadOnlySpan<char> path, TState state);

    /// <summary>Whether <paramref name="judge"/> finds fault with a reading of a path, or there are too many.</summary>
    /// <param name="path">The path as the client sent it, without the query.</param>
    /// <param name="judge">Asked about each reading but that of <see cref="RequestPath"/>.</param>
    /// <param name="state">What it is given.</param>
    public static bool Any<TState>(ReadOnlySpan<char> path, Judge<TState> judge, TState state)
    {
        var doubts = Of(path);
        if (doubts is Doubts.None)
            return false;
        if (int.PopCount((int)doubts) > MostDoubts || HidesSlash(path, doubts))
            return true;
        var rented = ArrayPool<char>.Shared.Rent((path.Length + 1) * 2);
        try
        {
            // Each subset of the doubts but the empty one: these are taken in the other way.
            for (var other = doubts; ; other = (other - 1) & doubts)
            {
                var reading = Read(path, other, rented);
                if (other != Doubts.None && judge(reading, state))
                    return true;
                // Some find the end only in what they have resolved.
                if ((doubts & ~other & Doubts.End) != 0 && EndOf(reading) is var end && end < reading.Length
                    && judge(reading[..end], state))
                    return true;
                if (other == Doubts.None)
                    return false;
            }
        }
        finally
        {
            ArrayPool<char>.Shared.Return(rented);
        }
    }

    /// <summary>What there is to disagree about in a path.</summary>
    internal static Doubts Of(ReadOnlySpan<char> path)
    {
        var doubts = Doubts.None;
        if (Has(path, "%2f"))
            doubts |= Doubts.EncodedSlash;
        if (path.Contains('\\') || Has(path, "%5c"))
            doubts |= Doubts.Backslash;
        if (path.Contains(';') || Has(path, "%3b"))
            doubts |= Doubts.Parameters;
        if (Has(path, "%2e"))
            doubts |= Doubts.EncodedDot;
        if (Has(path, "%c0") || Has(path, "%c1"))
            doubts |= Doubts.Longer;
        if (Has(path, "%25"))
            doubts |= Doubts.Encoding;
        if (Has(path, "%3f") || Has(path, "%23"))
            doubts |= Doubts.End;
        // What comes to light only behind these; a little too often, which costs readings and decides nothing.
        var isNested = Has(path, "%25%") || Has(path, "%25c0") || Has(path, "%25c1");
        if (isNested || Has(path, "%255c") || Has(path, "%c1%9c"))
            doubts |= Doubts.Backslash;
        if (isNested || Has(path, "%253b") || Has(path, "%c0%bb"))
            doubts |= Doubts.Parameters;
        if (isNested || Has(path, "%253f") || Has(path, "%2523") || Has(path, "%c0%bf") || Has(path, "%c0%a3"))
            doubts |= Doubts.End;
        if (isNested)
            doubts |= Doubts.Longer;
        // Too often, too.
        if (path.Contains("..", StringComparison.Ordinal) || path.Contains("/.", StringComparison.Ordinal) || Has(path, "%2e")
            || (doubts & (Doubts.Encoding | Doubts.Longer)) != 0)
            doubts |= path.Contains("//", StringComparison.Ordinal) ? Doubts.Dots | Doubts.Empty : Doubts.Dots;
        return doubts;
    }

    /// <summary>Reads a path with some doubts taken in the other way than <see cref="RequestPath"/> takes them.</summary>
    /// <param name="source">The path.</param>
    /// <param name="other">Which.</param>
    /// <param name="room">Twice as many characters as the path has, and two.</param>
    internal static ReadOnlySpan<char> Read(ReadOnlySpan<char> source, Doubts other, Span<char> room)
    {
        var text = room[..source.Length];
        var length = Decode(source, text, isFirst: true, other);
        if ((other & Doubts.Encoding) != 0)
            length = Decode(text[..length], text, isFirst: false, other);
        if ((other & Doubts.Longer) != 0)
            length = Shorten(text[..length]);
        if ((other & Doubts.End) != 0)
            length = EndOf(text[..length]);
        return Resolve(text[..length], room[source.Length..], other);
    }

    /// <summary>Whether parameters hold an encoded slash: an end of theirs, or dropped with them. Nobody writes such ones.</summary>
    private static bool HidesSlash(ReadOnlySpan<char> path, Doubts doubts)
    {
        if ((doubts & Doubts.Parameters) == 0)
            return false;
        foreach (var range in path.Split('/'))
        {
            var element = path[range];
            var parameters = element.IndexOf(';');
            if (parameters < 0)
                parameters = element.IndexOf("%3b", StringComparison.OrdinalIgnoreCase);
            if (parameters >= 0 && (Has(element[parameters..], "2f") || Has(element[parameters..], "%c0%af")))
                return true;
        }
        return false;
    }

    private static int EndOf(ReadOnlySpan<char> path) => path.IndexOfAny('?', '#') is >= 0 and var end ? end : path.Length;

    private static bool Has(ReadOnlySpan<char> path, string encoded) => path.Contains(encoded, StringComparison.OrdinalIgnoreCase);

    /// <summary>Decodes in place, or from another span: what is written is never longer than what was read.</summary>
    private static int Decode(ReadOnlySpan<char> source, Span<char> target, bool isFirst, Doubts other)
    {
        var length = 0;
        for (var i = 0; i < source.Length; i++)
        {
            var c = source[i];
            if (c == '%' && i + 2 < source.Length && char.IsAsciiHexDigit(source[i + 1]) && char.IsAsciiHexDigit(source[i + 2]))
            {
                c = (char)((HexValue(source[i + 1]) << 4) | HexValue(source[i + 2]));
                i += 2;
                if (c == '/' && isFirst && (other & Doubts.EncodedSlash) != 0)
                    c = NoSeparator;
                if (c == '.' && isFirst && (other & Doubts.EncodedDot) != 0)
                    c = NoDot;
            }
            target[length++] = c;
        }
        return length;
    }

    private static int HexValue(char digit) => char.IsAsciiDigit(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10;

    /// <summary>RFC 3629, 3: two bytes for an ASCII character are no UTF-8, and some read them all the same.</summary>
    private static int Shorten(Span<char> text)
    {
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '\u00c0' or '\u00c1' && i + 1 < text.Length && text[i + 1] is >= '\u0080' and <= '\u00bf')
                c = (char)(((c & 0x1f) << 6) | (text[++i] & 0x3f));
            text[length++] = c;
        }
        return length;
    }

    private static ReadOnlySpan<char> Resolve(ReadOnlySpan<char> text, Span<char> target, Doubts other)
    {
        var isBackslashSlash = (other & Doubts.Backslash) != 0;
        var length = 0;
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] != '/' && !(isBackslashSlash && text[i] == '\\'))
                continue;
            var element = text[start..i];
            start = i + 1;
            if ((other & Doubts.Parameters) != 0 && element.IndexOf(';') is >= 0 and var end)
                element = element[..end];
            var isLast = i == text.Length;
            // The one before the first slash is no element.
            if (i == 0)
            {
                target[length++] = '/';
                continue;
            }
            if (element.IsEmpty && ((other & Doubts.Empty) == 0 || isLast))
                continue;
            if ((other & Doubts.Dots) == 0 && element is ".")
                continue;
            if ((other & Doubts.Dots) == 0 && element is "..")
            {
                // Above the root is the root.
                length = length <= 1 ? length : target[..(length - 1)].LastIndexOf('/') + 1;
                continue;
            }
            element.CopyTo(target[length..]);
            length += element.Length;
            if (!isLast)
                target[length++] = '/';
        }
        if (length == 0)
            target[length++] = '/';
        return AsText(target, length);
    }

    /// <summary>The characters above ASCII are bytes so far, but for those that are ours.</summary>
    private static ReadOnlySpan<char> AsText(Span<char> path, int length)
    {
        if (!path[..length].ContainsAnyInRange('\u0080', '\u00ff'))
            return path[..length];
        var bytes = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            for (var i = 0; i < length; i++)
                bytes[i] = path[i] > 255 ? (byte)1 : (byte)path[i];
            return path[..Encoding.UTF8.GetChars(bytes.AsSpan(0, length), path)];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
