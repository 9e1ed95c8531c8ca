using System.Text;

namespace YarpIngress.Translation.Certificates;

/// <summary>One PEM block (RFC 7468).</summary>
/// <param name="Label">Such as <c>CERTIFICATE</c>.</param>
/// <param name="Data">The DER; null when it is not Base64.</param>
/// <param name="HasHeaders">Whether it has RFC 1421 headers, as keys that OpenSSL encrypts in the old way have.</param>
internal readonly record struct PemBlock(string Label, byte[]? Data, bool HasHeaders)
{
    private const string Begin = "-----BEGIN ";
    private const string Dashes = "-----";

    /// <summary>
    /// Every block of <paramref name="text"/>; anything around them is ignored. Linear, also for a megabyte of opening
    /// lines without an end, where the framework's reader searches the rest of the text for each.
    /// </summary>
    public static IEnumerable<PemBlock> ReadAll(byte[] text)
    {
        var pem = Encoding.Latin1.GetString(text);
        var at = 0;
        while ((at = pem.IndexOf(Begin, at, StringComparison.Ordinal)) >= 0)
        {
            var label = at + Begin.Length;
            var body = pem.IndexOf(Dashes, label, StringComparison.Ordinal);
            if (body < 0)
                yield break;
            var name = pem[label..body];
            body += Dashes.Length;
            var end = pem.IndexOf(Dashes, body, StringComparison.Ordinal);
            if (end < 0)
                yield break;
            var closing = $"-----END {name}-----";
            if (string.CompareOrdinal(pem, end, closing, 0, closing.Length) != 0)
            {
                // The next dashes may open a block of their own.
                at = end;
                continue;
            }

            yield return Decode(name, pem.AsSpan(body, end - body));
            at = end + closing.Length;
        }
    }

    private static PemBlock Decode(string label, ReadOnlySpan<char> body)
    {
        if (body.Contains(':'))
            return new PemBlock(label, null, HasHeaders: true);
        var buffer = new byte[body.Length];
        return Convert.TryFromBase64Chars(body, buffer, out var written) && written > 0
            ? new PemBlock(label, buffer[..written], HasHeaders: false)
            : new PemBlock(label, null, HasHeaders: false);
    }
}
