using System.Numerics;

namespace YarpIngress.Pipeline.Login.Hashes;

/// <summary>The binary fraction of pi, 32 bits a word: what Blowfish begins with, computed instead of copied.</summary>
internal static class PiWords
{
    private const int GuardBits = 64;

    /// <summary>The first <paramref name="count"/> words behind the point.</summary>
    public static uint[] Compute(int count)
    {
        var bits = (32 * count) + GuardBits;
        // Machin: pi = 16 arctan(1/5) - 4 arctan(1/239).
        var pi = ((16 * InverseArctan(5, bits)) - (4 * InverseArctan(239, bits))) >> GuardBits;
        var words = new uint[count];
        for (var i = count - 1; i >= 0; i--)
        {
            words[i] = (uint)(pi & uint.MaxValue);
            pi >>= 32;
        }
        return words;
    }

    /// <summary>arctan(1/x), <paramref name="bits"/> bits behind the point.</summary>
    private static BigInteger InverseArctan(int x, int bits)
    {
        var power = (BigInteger.One << bits) / x;
        var sum = power;
        for (var n = 3; !power.IsZero; n += 2)
        {
            power /= x * x;
            sum += n % 4 == 3 ? -(power / n) : power / n;
        }
        return sum;
    }
}
