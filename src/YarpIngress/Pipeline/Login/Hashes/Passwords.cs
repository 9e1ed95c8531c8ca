using System.Security.Cryptography;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Login.Hashes;

/// <summary>Compares a password with what is stored of it, in a time that does not tell how much of it is right.</summary>
internal static class Passwords
{
    /// <summary>Whether <paramref name="password"/> is the one that was hashed.</summary>
    public static bool IsRight(PasswordHash hash, ReadOnlySpan<byte> password)
    {
        // The schemes of C end it there: "secret\0anything" would be "secret".
        if (password.Contains((byte)0))
            return false;
        return CryptographicOperations.FixedTimeEquals(hash.Expected, Hash(hash, password));
    }

    private static ReadOnlySpan<byte> Hash(PasswordHash hash, ReadOnlySpan<byte> password) => hash.Scheme switch
    {
        PasswordScheme.Plain => password,
        PasswordScheme.Sha1 => SHA1.HashData(password),
        PasswordScheme.SaltedSha1 => SHA1.HashData([.. password, .. hash.Salt]),
        PasswordScheme.Apr1 => Md5Crypt.Hash(password, hash.Salt, "$apr1$"u8),
        PasswordScheme.Md5Crypt => Md5Crypt.Hash(password, hash.Salt, "$1$"u8),
        PasswordScheme.Sha256Crypt => ShaCrypt.Hash256(password, hash.Salt, hash.Cost),
        PasswordScheme.Sha512Crypt => ShaCrypt.Hash512(password, hash.Salt, hash.Cost),
        PasswordScheme.Bcrypt => Bcrypt.Hash(password, hash.Salt, hash.Cost),
        _ => throw new ArgumentOutOfRangeException(nameof(hash), hash.Scheme, "is not compared with passwords"),
    };
}
