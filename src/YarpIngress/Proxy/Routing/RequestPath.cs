using System.Buffers;
using System.Globalization;
using System.Text;

namespace YarpIngress.Proxy.Routing;

/// <summary>
/// The path that a request is matched by. As nginx does it: percent-encodings are decoded once (an encoded slash is a
/// slash), then empty and dot elements are resolved. So <c>/public/%2e%2e/admin</c> is matched as <c>/admin</c>. What goes to
/// the pod is the target as it came; what else a pod could make of it is the business of <see cref="PathReadings"/>.
/// </summary>
internal static class RequestPath
{
    private static readonly SearchValues<char> NeedsWork = SearchValues.Create("%#;\\");

    /// <summary>
    /// Finds where path and query begin in a request target: at its first character (origin form), or behind the
    /// authority (absolute form). False for other forms, and for characters that no target may have: Kestrel lets
    /// some through in HTTP/2, and in an HTTP/1.1 request line to a pod they would be another request.
    /// </summary>
    public static bool TryFindPathAndQuery(ReadOnlySpan<char> target, out int start)
    {
        start = 0;
        if (target.IsEmpty || target.ContainsAnyExceptInRange('!', '~'))
            return false;
        if (target[0] == '/')
            return true;

        var authority = target.IndexOf("://", StringComparison.Ordinal);
        if (authority <= 0)
            return false;
        authority += 3;
        var end = target[authority..].IndexOfAny('/', '?');
        start = end < 0 ? target.Length : authority + end;
        // RFC 9110, 4.2.4: who names a user in it means to deceive.
        return !target[authority..start].Contains('@');
    }

    /// <summary>Normalises the path of <paramref name="pathAndQuery"/>.</summary>
    /// <param name="pathAndQuery">What <see cref="TryFindPathAndQuery"/> found.</param>
    /// <param name="scratch">Room for as many characters as <paramref name="pathAndQuery"/> has, and one.</param>
    /// <param name="path">The path, in <paramref name="pathAndQuery"/> or in <paramref name="scratch"/>.</param>
    /// <returns>
    /// False for a path that leads above the root, a broken encoding, an encoded control character, a fragment, or a dot element
    /// with parameters (<c>/..;/</c>), which is a way up to some servers and a name to others.
    /// </returns>
    public static bool TryNormalize(ReadOnlySpan<char> pathAndQuery, Span<char> scratch, out ReadOnlySpan<char> path)
    {
        var query = pathAndQuery.IndexOf('?');
        path = query < 0 ? pathAndQuery : pathAndQuery[..query];
        return path.IsEmpty
            ? AsRoot(out path)
            : IsNormal(path) || TryNormalizeSlowly(path, scratch, out path);
    }

    /// <summary>Whether a path is its own normal form, so that no scratch room is needed.</summary>
    public static bool IsNormal(ReadOnlySpan<char> path) =>
        !path.ContainsAny(NeedsWork)
        && !path.Contains("//", StringComparison.Ordinal)
        && !path.Contains("/.", StringComparison.Ordinal);

    private static bool AsRoot(out ReadOnlySpan<char> path)
    {
        path = "/";
        return true;
    }

    private static bool TryNormalizeSlowly(ReadOnlySpan<char> source, Span<char> target, out ReadOnlySpan<char> path)
    {
        path = default;
        var length = 0;
        var element = 0;
        var ascii = true;
        for (var i = 0; i < source.Length; i++)
        {
            var c = source[i];
            if (c == '#')
                return false;
            if (c == '%')
            {
                if (i + 2 >= source.Length || !char.IsAsciiHexDigit(source[i + 1]) || !char.IsAsciiHexDigit(source[i + 2]))
                    return false;
                c = (char)byte.Parse(source.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                if (c is < ' ' or '\u007f')
                    return false;
                ascii &= c < 0x80;
                i += 2;
            }
            if (c != '/')
            {
                target[length++] = c;
                continue;
            }
            if (!TryCloseElement(target, ref length, element))
                return false;
            if (length == 0 || target[length - 1] != '/')
                target[length++] = '/';
            element = length;
        }
        if (!TryCloseElement(target, ref length, element))
            return false;
        if (!ascii)
            length = DecodeUtf8(target, length);
        path = target[..length];
        return true;
    }

    /// <summary>Drops a <c>.</c>, and a <c>..</c> with the element before it; false when there is none before it.</summary>
    private static bool TryCloseElement(ReadOnlySpan<char> path, ref int length, int element)
    {
        var text = path[element..length];
        if (text is ".")
        {
            length = element;
        }
        else if (text is "..")
        {
            if (element <= 1)
                return false;
            length = path[..(element - 1)].LastIndexOf('/') + 1;
        }
        return text is not ['.', ';', ..] and not ['.', '.', ';', ..];
    }

    /// <summary>The characters are bytes so far. Bytes that are no UTF-8 become U+FFFD, which matches no literal.</summary>
    private static int DecodeUtf8(Span<char> path, int length)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            for (var i = 0; i < length; i++)
                bytes[i] = (byte)path[i];
            return Encoding.UTF8.GetChars(bytes.AsSpan(0, length), path);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
