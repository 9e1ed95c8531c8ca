using System.Security.Cryptography;

namespace YarpIngress.Pipeline.Login.Hashes;

/// <summary>The SHA schemes of crypt, as Drepper describes them ("Unix crypt using SHA-256 and SHA-512").</summary>
internal static class ShaCrypt
{
    private static ReadOnlySpan<sbyte> Order256 =>
    [
        0, 10, 20, 21, 1, 11, 12, 22, 2, 3, 13, 23, 24, 4, 14, 15, 25, 5, 6, 16, 26, 27, 7, 17, 18, 28, 8, 9, 19, 29, -1, 31, 30,
    ];

    private static ReadOnlySpan<sbyte> Order512 =>
    [
        0, 21, 42, 22, 43, 1, 44, 2, 23, 3, 24, 45, 25, 46, 4, 47, 5, 26, 6, 27, 48, 28, 49, 7, 50, 8, 29, 9, 30, 51, 31, 52, 10,
        53, 11, 32, 12, 33, 54, 34, 55, 13, 56, 14, 35, 15, 36, 57, 37, 58, 16, 59, 17, 38, 18, 39, 60, 40, 61, 19, 62, 20, 41, -1, -1, 63,
    ];

    /// <summary>The characters that a password comes out as with SHA-256.</summary>
    public static byte[] Hash256(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int rounds) =>
        CryptText.Encode(Digest(HashAlgorithmName.SHA256, 32, password, salt, rounds), Order256);

    /// <summary>The characters that a password comes out as with SHA-512.</summary>
    public static byte[] Hash512(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int rounds) =>
        CryptText.Encode(Digest(HashAlgorithmName.SHA512, 64, password, salt, rounds), Order512);

    private static byte[] Digest(
        HashAlgorithmName algorithm, int size, ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int rounds)
    {
        using var hash = IncrementalHash.CreateHash(algorithm);
        hash.AppendData(password);
        hash.AppendData(salt);
        hash.AppendData(password);
        var alternate = hash.GetHashAndReset();

        hash.AppendData(password);
        hash.AppendData(salt);
        AppendRepeated(hash, alternate, password.Length);
        for (var bits = password.Length; bits > 0; bits >>= 1)
            hash.AppendData((bits & 1) == 1 ? alternate : password);
        var digest = hash.GetHashAndReset();

        for (var i = 0; i < password.Length; i++)
            hash.AppendData(password);
        var p = Repeated(hash.GetHashAndReset(), password.Length);
        for (var i = 0; i < 16 + digest[0]; i++)
            hash.AppendData(salt);
        var s = Repeated(hash.GetHashAndReset(), salt.Length);

        for (var i = 0; i < rounds; i++)
        {
            hash.AppendData((i & 1) == 1 ? p : digest);
            if (i % 3 != 0)
                hash.AppendData(s);
            if (i % 7 != 0)
                hash.AppendData(p);
            hash.AppendData((i & 1) == 1 ? digest : p);
            hash.GetHashAndReset(digest.AsSpan(0, size));
        }
        CryptographicOperations.ZeroMemory(p);
        return digest;
    }

    private static void AppendRepeated(IncrementalHash hash, ReadOnlySpan<byte> bytes, int length)
    {
        for (; length > 0; length -= bytes.Length)
            hash.AppendData(bytes[..Math.Min(length, bytes.Length)]);
    }

    private static byte[] Repeated(ReadOnlySpan<byte> bytes, int length)
    {
        var result = new byte[length];
        for (var at = 0; at < length; at += bytes.Length)
            bytes[..Math.Min(length - at, bytes.Length)].CopyTo(result.AsSpan(at));
        return result;
    }
}
