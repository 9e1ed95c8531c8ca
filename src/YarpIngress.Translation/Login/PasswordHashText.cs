using System.Buffers;
using System.Globalization;
using System.Text;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Login;

/// <summary>Reads the hash of a password as htpasswd, openssl and crypt write it.</summary>
internal static class PasswordHashText
{
    /// <summary>The highest cost of bcrypt: about a second of a processor for each password that is new.</summary>
    public const int MostBcryptCost = 14;

    /// <summary>The most rounds of the SHA schemes of crypt, about as much work.</summary>
    public const int MostRounds = 500_000;

    private const int DefaultRounds = 5000;
    private const string Unknown = "has no hash that is known: bcrypt, apr1, {SHA}, {SSHA}, crypt's $1$, $5$ and $6$, or {PLAIN}";

    private static readonly SearchValues<char> CryptCharacters =
        SearchValues.Create("./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Takes it apart.</summary>
    /// <exception cref="FormatException">It is none; what is said has nothing of it.</exception>
    public static PasswordHash Parse(string text) => text switch
    {
        ['$', '2', 'a' or 'b' or 'y', '$', ..] => Bcrypt(text),
        _ when text.StartsWith("$apr1$", StringComparison.Ordinal) => Md5(PasswordScheme.Apr1, text[6..]),
        _ when text.StartsWith("$1$", StringComparison.Ordinal) => Md5(PasswordScheme.Md5Crypt, text[3..]),
        _ when text.StartsWith("$5$", StringComparison.Ordinal) => Sha(PasswordScheme.Sha256Crypt, text[3..], 43),
        _ when text.StartsWith("$6$", StringComparison.Ordinal) => Sha(PasswordScheme.Sha512Crypt, text[3..], 86),
        _ when text.StartsWith("{SHA}", StringComparison.Ordinal) => Sha1(PasswordScheme.Sha1, text[5..]),
        _ when text.StartsWith("{SSHA}", StringComparison.Ordinal) => Sha1(PasswordScheme.SaltedSha1, text[6..]),
        _ when text.StartsWith("{PLAIN}", StringComparison.Ordinal) => Plain(text[7..]),
        "" => throw new FormatException("has no password"),
        _ => throw new FormatException(Unknown),
    };

    /// <summary>The third field of a line of htdigest.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static PasswordHash Digest(string text) => text.Length == 32 && text.All(char.IsAsciiHexDigit)
        ? new PasswordHash { Scheme = PasswordScheme.Digest, Expected = Convert.FromHexString(text) }
        : throw new FormatException("has no MD5 of 32 hexadecimal digits, as htdigest writes it");

    private static PasswordHash Plain(string text) => text.Length > 0
        ? new PasswordHash { Scheme = PasswordScheme.Plain, Expected = Encoding.Latin1.GetBytes(text) }
        : throw new FormatException("has no password");

    private static PasswordHash Sha1(PasswordScheme scheme, string text)
    {
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out var length) || (scheme is PasswordScheme.Sha1 ? length != 20 : length <= 20))
            throw new FormatException("has a damaged hash");
        return new PasswordHash { Scheme = scheme, Expected = bytes[..20], Salt = bytes[20..length] };
    }

    private static PasswordHash Md5(PasswordScheme scheme, string text)
    {
        var end = text.IndexOf('$');
        if (end is < 0 or > 8 || !IsCrypt(text[(end + 1)..], 22))
            throw new FormatException("has a damaged hash");
        return Crypt(scheme, 1000, text[..end], text[(end + 1)..]);
    }

    private static PasswordHash Sha(PasswordScheme scheme, string text, int length)
    {
        const string Prefix = "rounds=";
        var rounds = DefaultRounds;
        var parts = text.Split('$');
        if (parts is [{ } first, ..] && first.StartsWith(Prefix, StringComparison.Ordinal))
        {
            if (!int.TryParse(first.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out rounds))
                throw new FormatException("has a damaged hash");
            if (rounds > MostRounds)
                throw new FormatException($"has more than {MostRounds} rounds");
            rounds = Math.Max(rounds, 1000);
            parts = parts[1..];
        }
        return parts is [{ Length: <= 16 } salt, { } hash] && IsCrypt(hash, length)
            ? Crypt(scheme, rounds, salt, hash)
            : throw new FormatException("has a damaged hash");
    }

    private static PasswordHash Crypt(PasswordScheme scheme, int cost, string salt, string hash) => new()
    {
        Scheme = scheme,
        Cost = cost,
        Salt = Encoding.Latin1.GetBytes(salt),
        Expected = Encoding.ASCII.GetBytes(hash),
    };

    // $2y$10$, 22 characters of salt, 31 of hash.
    private static PasswordHash Bcrypt(string text)
    {
        if (text.Length != 60 || text[6] != '$' || !IsCrypt(text[7..], 53)
            || !int.TryParse(text.AsSpan(4, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var cost) || cost is < 4 or > 31)
            throw new FormatException("has a damaged hash");
        if (cost > MostBcryptCost)
            throw new FormatException($"has a bcrypt cost of more than {MostBcryptCost}");
        return new PasswordHash
        {
            Scheme = PasswordScheme.Bcrypt,
            Cost = cost,
            Salt = BcryptText.Decode(text.AsSpan(7, 22)),
            Expected = BcryptText.Decode(text.AsSpan(29, 31)),
        };
    }

    private static bool IsCrypt(string text, int length) => text.Length == length && !text.AsSpan().ContainsAnyExcept(CryptCharacters);
}
