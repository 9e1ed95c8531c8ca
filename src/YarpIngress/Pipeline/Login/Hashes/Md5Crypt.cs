using System.Security.Cryptography;

namespace YarpIngress.Pipeline.Login.Hashes;

/// <summary>The MD5 scheme of crypt (FreeBSD's, 1994) and Apache's, which differs by its name only.</summary>
internal static class Md5Crypt
{
    private static ReadOnlySpan<sbyte> Order => [0, 6, 12, 1, 7, 13, 2, 8, 14, 3, 9, 15, 4, 10, 5, -1, -1, 11];

    /// <summary>The characters that a password comes out as.</summary>
    /// <param name="password">The password.</param>
    /// <param name="salt">Up to 8 characters.</param>
    /// <param name="name"><c>$1$</c> or <c>$apr1$</c>.</param>
    public static byte[] Hash(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> name)
    {
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        Span<byte> digest = stackalloc byte[16];
        md5.AppendData(password);
        md5.AppendData(salt);
        md5.AppendData(password);
        md5.GetHashAndReset(digest);

        md5.AppendData(password);
        md5.AppendData(name);
        md5.AppendData(salt);
        for (var left = password.Length; left > 0; left -= 16)
            md5.AppendData(digest[..Math.Min(left, 16)]);
        // A slip of the first implementation that became the scheme: the zero byte where the digest was cleared.
        for (var bits = password.Length; bits > 0; bits >>= 1)
            md5.AppendData((bits & 1) == 1 ? [0] : password[..1]);
        md5.GetHashAndReset(digest);

        for (var i = 0; i < 1000; i++)
        {
            md5.AppendData((i & 1) == 1 ? password : digest);
            if (i % 3 != 0)
                md5.AppendData(salt);
            if (i % 7 != 0)
                md5.AppendData(password);
            md5.AppendData((i & 1) == 1 ? digest : password);
            md5.GetHashAndReset(digest);
        }
        return CryptText.Encode(digest, Order);
    }
}
