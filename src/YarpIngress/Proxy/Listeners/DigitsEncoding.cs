using System.Text;

namespace YarpIngress.Proxy.Listeners;

/// <summary>
/// Has Kestrel read a Content-Length as RFC 9110, 8.6, has it: digits. It would take a sign or a vertical tab before them as
/// well, and a proxy in front that does not would end the request elsewhere. Whatever is no digit is read as a letter.
/// </summary>
internal sealed class DigitsEncoding : Encoding
{
    /// <summary>The one that there is.</summary>
    public static readonly DigitsEncoding Instance = new();

    private DigitsEncoding()
    {
    }

    /// <inheritdoc/>
    public override int GetChars(ReadOnlySpan<byte> bytes, Span<char> chars)
    {
        for (var i = 0; i < bytes.Length; i++)
            chars[i] = bytes[i] is >= (byte)'0' and <= (byte)'9' ? (char)bytes[i] : 'x';
        return bytes.Length;
    }

    /// <inheritdoc/>
    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) =>
        GetChars(bytes.AsSpan(byteIndex, byteCount), chars.AsSpan(charIndex));

    /// <inheritdoc/>
    public override int GetCharCount(byte[] bytes, int index, int count) => count;

    /// <inheritdoc/>
    public override int GetMaxCharCount(int byteCount) => byteCount;

    /// <inheritdoc/>
    public override int GetByteCount(char[] chars, int index, int count) => count;

    /// <inheritdoc/>
    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        Latin1.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

    /// <inheritdoc/>
    public override int GetMaxByteCount(int charCount) => charCount;
}
