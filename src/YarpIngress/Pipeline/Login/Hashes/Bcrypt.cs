using System.Buffers.Binary;
using System.Security.Cryptography;

namespace YarpIngress.Pipeline.Login.Hashes;

/// <summary>
/// bcrypt, as Provos and Mazières describe it ("A Future-Adaptable Password Scheme", 1999): Blowfish with a costly key schedule.
/// </summary>
internal sealed class Bcrypt
{
    private const int Subkeys = 18;
    private const int Boxes = 4 * 256;
    private const int LongestKey = 72;
    private const int HashLength = 23;

    private static readonly Lazy<uint[]> Pi = new(() => PiWords.Compute(Subkeys + Boxes));

    private readonly uint[] _subkeys = Pi.Value[..Subkeys];
    private readonly uint[] _boxes = Pi.Value[Subkeys..];

    private Bcrypt()
    {
    }

    /// <summary>The 23 bytes that a password comes out as.</summary>
    /// <param name="password">Of which bcrypt takes 72 bytes.</param>
    /// <param name="salt">16 bytes.</param>
    /// <param name="cost">2 to the power of it rounds.</param>
    public static byte[] Hash(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int cost)
    {
        Span<byte> key = stackalloc byte[Math.Min(password.Length + 1, LongestKey)];
        password[..Math.Min(password.Length, LongestKey)].CopyTo(key);
        if (password.Length < LongestKey)
            key[password.Length] = 0;

        var cipher = new Bcrypt();
        cipher.Expand(key, salt);
        for (var rounds = 1L << cost; rounds > 0; rounds--)
        {
            cipher.Expand(key, []);
            cipher.Expand(salt, []);
        }
        CryptographicOperations.ZeroMemory(key);
        return cipher.Finish();
    }

    /// <summary>Mixes a key into the cipher's state, by way of the salt when there is one.</summary>
    private void Expand(ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt)
    {
        var at = 0;
        for (var i = 0; i < Subkeys; i++)
            _subkeys[i] ^= NextWord(key, ref at);
        at = 0;
        var (left, right) = (0u, 0u);
        Fill(_subkeys, ref left, ref right, salt, ref at);
        Fill(_boxes, ref left, ref right, salt, ref at);
    }

    private void Fill(uint[] words, ref uint left, ref uint right, ReadOnlySpan<byte> salt, ref int at)
    {
        for (var i = 0; i < words.Length; i += 2)
        {
            if (!salt.IsEmpty)
            {
                left ^= NextWord(salt, ref at);
                right ^= NextWord(salt, ref at);
            }
            Encipher(ref left, ref right);
            words[i] = left;
            words[i + 1] = right;
        }
    }

    private byte[] Finish()
    {
        Span<byte> text = stackalloc byte[24];
        "OrpheanBeholderScryDoubt"u8.CopyTo(text);
        for (var at = 0; at < text.Length; at += 8)
        {
            var left = BinaryPrimitives.ReadUInt32BigEndian(text[at..]);
            var right = BinaryPrimitives.ReadUInt32BigEndian(text[(at + 4)..]);
            for (var i = 0; i < 64; i++)
                Encipher(ref left, ref right);
            BinaryPrimitives.WriteUInt32BigEndian(text[at..], left);
            BinaryPrimitives.WriteUInt32BigEndian(text[(at + 4)..], right);
        }
        return text[..HashLength].ToArray();
    }

    private void Encipher(ref uint left, ref uint right)
    {
        ReadOnlySpan<uint> subkeys = _subkeys;
        ReadOnlySpan<uint> boxes = _boxes;
        var (l, r) = (left ^ subkeys[0], right);
        for (var i = 1; i <= 16; i += 2)
        {
            r ^= Mix(boxes, l) ^ subkeys[i];
            l ^= Mix(boxes, r) ^ subkeys[i + 1];
        }
        (left, right) = (r ^ subkeys[17], l);
    }

    private static uint Mix(ReadOnlySpan<uint> boxes, uint x) =>
        ((boxes[(int)(x >> 24)] + boxes[(int)(256 + ((x >> 16) & 0xff))]) ^ boxes[(int)(512 + ((x >> 8) & 0xff))])
        + boxes[(int)(768 + (x & 0xff))];

    /// <summary>Four bytes of a text that begins again at its end.</summary>
    private static uint NextWord(ReadOnlySpan<byte> text, ref int at)
    {
        var word = 0u;
        for (var i = 0; i < 4; i++)
        {
            word = (word << 8) | text[at];
            at = at + 1 == text.Length ? 0 : at + 1;
        }
        return word;
    }
}
