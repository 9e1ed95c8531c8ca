using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace YarpIngress.Pipeline.Login;

/// <summary>The name and the password of an Authorization header (RFC 7617), as the bytes that they came as.</summary>
/// <param name="Name">A character for each byte.</param>
/// <param name="Password">The bytes.</param>
internal readonly record struct BasicCredentials(string Name, ReadOnlyMemory<byte> Password)
{
    // Longer ones would only make hashing expensive.
    private const int Longest = 1024;
    private const string Scheme = "Basic ";

    /// <summary>Reads them; there must be one header and nothing wrong with it.</summary>
    public static bool TryRead(StringValues authorization, [NotNullWhen(true)] out BasicCredentials? credentials)
    {
        credentials = null;
        if (authorization is not [{ Length: <= Longest } header] || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return false;
        var text = header.AsSpan(Scheme.Length).Trim(' ');
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        if (!Convert.TryFromBase64Chars(text, bytes, out var length) || bytes.AsSpan(0, length).IndexOf((byte)':') is var colon
            && colon < 0)
            return false;
        credentials = new BasicCredentials(Encoding.Latin1.GetString(bytes, 0, colon), bytes.AsMemory(colon + 1, length - colon - 1));
        return true;
    }
}
