using System.Collections.Frozen;
using System.Text;
using Microsoft.Net.Http.Headers;
using YarpIngress.Pipeline.Headers;

namespace YarpIngress.Pipeline.Forwarding.Http1;

/// <summary>
/// The headers of the answers that came over a connection lately, as strings: a pod says much the same each time, and
/// what is found here is not made again.
/// </summary>
internal sealed class HeaderTexts
{
    private const int Slots = 16;

    // Long values are seldom the same twice, and would be kept for as long as the connection.
    private const int LongestKept = 256;

    // Kestrel finds a header faster by the very string that it has itself.
    private static readonly FrozenSet<string> KnownNames = new[]
    {
        HeaderNames.AcceptRanges, HeaderNames.AccessControlAllowOrigin, HeaderNames.Age, HeaderNames.Allow, HeaderNames.CacheControl,
        HeaderNames.Connection, HeaderNames.ContentDisposition, HeaderNames.ContentEncoding, HeaderNames.ContentLanguage,
        HeaderNames.ContentLength, HeaderNames.ContentRange, HeaderNames.ContentType, HeaderNames.Date, HeaderNames.ETag,
        HeaderNames.Expires, HeaderNames.LastModified, HeaderNames.Location, HeaderNames.RetryAfter, HeaderNames.Server,
        HeaderNames.SetCookie, HeaderNames.TransferEncoding, HeaderNames.Vary, HeaderNames.Via, HeaderNames.WWWAuthenticate,
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private readonly Entry[] _entries = new Entry[Slots];

    /// <summary>The name and value of the header in line <paramref name="line"/> of an answer's head.</summary>
    public Entry Get(int line, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (line >= Slots)
            return Make(name, value);
        ref var entry = ref _entries[line];
        // Names are looked for as they came: one in another case is another one here.
        if (entry.Sent is not { } sent || !name.SequenceEqual(sent))
            return value.Length > LongestKept ? Make(name, value) : entry = Make(name, value);
        if (Ascii.Equals(value, entry.Value))
            return entry;
        var changed = entry with { Value = Encoding.Latin1.GetString(value) };
        if (value.Length <= LongestKept)
            entry = changed;
        return changed;
    }

    private static Entry Make(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var text = Encoding.Latin1.GetString(name);
        if (KnownNames.TryGetValue(text, out var known))
            text = known;
        return new Entry(name.ToArray(), text, KindOf(text), Encoding.Latin1.GetString(value));
    }

    private static HeaderKind KindOf(string name) =>
        name.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase) ? HeaderKind.ContentLength
        : name.Equals(HeaderNames.TransferEncoding, StringComparison.OrdinalIgnoreCase) ? HeaderKind.TransferEncoding
        : name.Equals(HeaderNames.Connection, StringComparison.OrdinalIgnoreCase) ? HeaderKind.Connection
        : name.Equals(HeaderNames.Server, StringComparison.OrdinalIgnoreCase) ? HeaderKind.Server
        : ResponseHeaderRules.IsForwarded(name) ? HeaderKind.Forwarded
        : HeaderKind.Withheld;

    /// <summary>One header.</summary>
    /// <param name="Sent">The name's bytes.</param>
    /// <param name="Name">The name.</param>
    /// <param name="Kind">What it means here.</param>
    /// <param name="Value">The value.</param>
    public readonly record struct Entry(byte[] Sent, string Name, HeaderKind Kind, string Value);
}
