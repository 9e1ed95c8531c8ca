using System.Globalization;
using System.Numerics;

namespace YarpIngress.LocalCluster.Schema;

/// <summary>
/// Writes quantities the one way that the API server writes them:
/// <c>1000m</c> is <c>1</c>, <c>0.5Gi</c> is <c>512Mi</c>.
/// </summary>
internal static class QuantityText
{
    private const int Smallest = -9;
    private const int Largest = 18;
    private static readonly string[] Decimal = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
    private static readonly string[] Binary = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

    /// <summary>The canonical text; the text itself when it is no quantity.</summary>
    public static string Canonical(string text)
    {
        var end = text.AsSpan().IndexOfAnyExcept("0123456789.+-");
        var (number, suffix) = end < 0 ? (text, "") : (text[..end], text[end..]);
        var point = number.IndexOf('.', StringComparison.Ordinal);
        var fraction = point < 0 ? 0 : number.Length - point - 1;
        var whole = number.Replace(".", "", StringComparison.Ordinal);
        if (!BigInteger.TryParse(whole, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var digits))
        {
            return text;
        }

        if (Array.IndexOf(Decimal, suffix) is >= 0 and var scale)
        {
            return InDecimal(digits, (scale * 3) + Smallest - fraction, exponentForm: false);
        }

        if (Array.IndexOf(Binary, suffix) is >= 0 and var power)
        {
            return InBinary(digits * BigInteger.Pow(1024, power), fraction);
        }

        return suffix[0] is 'e' or 'E' && int.TryParse(
            suffix[1..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent) && Math.Abs(exponent) < 100
            ? InDecimal(digits, exponent - fraction, exponentForm: true)
            : text;
    }

    private static string InBinary(BigInteger digits, int fraction)
    {
        var unit = BigInteger.Pow(10, fraction);
        if (BigInteger.Abs(digits) < 1024 * unit)
        {
            return InDecimal(digits, -fraction, exponentForm: false);
        }

        var whole = RoundUp(digits, unit);
        var power = 0;
        for (; power < Binary.Length - 1 && whole % 1024 == 0; power++)
        {
            whole /= 1024;
        }

        return whole.ToString(CultureInfo.InvariantCulture) + Binary[power];
    }

    private static string InDecimal(BigInteger digits, int exponent, bool exponentForm)
    {
        if (exponent < Smallest)
        {
            digits = RoundUp(digits, BigInteger.Pow(10, Smallest - exponent));
            exponent = Smallest;
        }

        if (digits.IsZero)
        {
            return "0";
        }

        for (; digits % 10 == 0; exponent++)
        {
            digits /= 10;
        }

        for (; exponent % 3 != 0 || exponent > Largest; exponent--)
        {
            digits *= 10;
        }

        var suffix = !exponentForm ? Decimal[(exponent - Smallest) / 3]
            : exponent == 0 ? ""
            : string.Create(CultureInfo.InvariantCulture, $"e{exponent}");
        return digits.ToString(CultureInfo.InvariantCulture) + suffix;
    }

    // Away from zero: no request shrinks.
    private static BigInteger RoundUp(BigInteger digits, BigInteger unit)
    {
        var quotient = BigInteger.DivRem(digits, unit, out var rest);
        return quotient + rest.Sign;
    }
}
