using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace YarpIngress.Pipeline.Login;

/// <summary>An Authorization header of the scheme Digest (RFC 7616, 3.4), with everything that is needed in it.</summary>
internal sealed record DigestCredentials
{
    private const int Longest = 8192;
    private const string Scheme = "Digest ";

    /// <summary>Who it says that it is.</summary>
    public required string Name { get; init; }

    /// <summary>The realm that the password is for.</summary>
    public required string Realm { get; init; }

    /// <summary>The number of ours.</summary>
    public required string Nonce { get; init; }

    /// <summary>The target that it is about.</summary>
    public required string Uri { get; init; }

    /// <summary>How often the client used the nonce, this time included, as it wrote it.</summary>
    public required string Count { get; init; }

    /// <summary>A number of the client's.</summary>
    public required string ClientNonce { get; init; }

    /// <summary>The proof.</summary>
    public required byte[] Response { get; init; }

    /// <summary>Reads them; there must be one header and nothing wrong with it.</summary>
    public static bool TryRead(StringValues authorization, [NotNullWhen(true)] out DigestCredentials? credentials)
    {
        credentials = null;
        if (authorization is not [{ Length: <= Longest } header]
            || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            || Parameters(header.AsSpan(Scheme.Length)) is not { } values
            || values.GetValueOrDefault("qop") != "auth"
            || !values.GetValueOrDefault("algorithm", "MD5").Equals("MD5", StringComparison.OrdinalIgnoreCase)
            || values.GetValueOrDefault("nc") is not { Length: 8 } count || !count.All(char.IsAsciiHexDigit)
            || values.GetValueOrDefault("response") is not { Length: 32 } response || !response.All(char.IsAsciiHexDigit)
            || values.GetValueOrDefault("username") is not { } name || values.GetValueOrDefault("realm") is not { } realm
            || values.GetValueOrDefault("nonce") is not { } nonce || values.GetValueOrDefault("uri") is not { } uri
            || values.GetValueOrDefault("cnonce") is not { } clientNonce)
            return false;
        credentials = new DigestCredentials
        {
            Name = name,
            Realm = realm,
            Nonce = nonce,
            Uri = uri,
            Count = count,
            ClientNonce = clientNonce,
            Response = Convert.FromHexString(response),
        };
        return true;
    }

    /// <summary><see cref="Count"/> as a number.</summary>
    public uint Use => uint.Parse(Count, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>The parameters by name; null when they can't be read, or one comes twice.</summary>
    private static Dictionary<string, string>? Parameters(ReadOnlySpan<char> text)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (!(text = text.TrimStart(", \t")).IsEmpty)
        {
            var equals = text.IndexOf('=');
            if (equals <= 0)
                return null;
            var name = text[..equals].TrimEnd(' ').ToString();
            text = text[(equals + 1)..].TrimStart(' ');
            if ((text.StartsWith('"') ? Quoted(ref text) : Token(ref text)) is not { } value || !values.TryAdd(name, value))
                return null;
        }
        return values;
    }

    private static string Token(ref ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAny(',', ' ', '\t');
        var token = (end < 0 ? text : text[..end]).ToString();
        text = end < 0 ? [] : text[end..];
        return token;
    }

    private static string? Quoted(ref ReadOnlySpan<char> text)
    {
        var value = new StringBuilder();
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                text = text[(i + 1)..];
                return value.ToString();
            }
            if (text[i] == '\\' && ++i == text.Length)
                return null;
            value.Append(text[i]);
        }
        return null;
    }
}
