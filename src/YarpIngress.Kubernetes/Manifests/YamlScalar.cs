using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace YarpIngress.Kubernetes;

/// <summary>
/// What a YAML scalar means, by the YAML 1.1 rules that kubectl follows: <c>yes</c>, <c>on</c> and <c>y</c> are booleans,
/// <c>0777</c> is octal, dates stay strings.
/// </summary>
internal static partial class YamlScalar
{
    private const string TagPrefix = "tag:yaml.org,2002:";

    public static void Write(Utf8JsonWriter json, YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        switch (Resolve(scalar))
        {
            case null:
                json.WriteNullValue();
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            case ulong number:
                json.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case double:
                throw new YamlException(scalar.Start, scalar.End, $"{text} has no form in JSON; quote it if it is text");
            case string value:
                json.WriteStringValue(value);
                break;
        }
    }

    /// <summary>
    /// The text of a key: JSON knows only strings there, so <c>on:
    /// x</c> becomes the key <c>true</c>, as it does for kubectl.
    /// </summary>
    public static string Key(YamlScalarNode scalar) => Resolve(scalar) switch
    {
        string text => text,
        bool flag => flag ? "true" : "false",
        long number => number.ToString(CultureInfo.InvariantCulture),
        ulong number => number.ToString(CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        _ => throw new YamlException(scalar.Start, scalar.End, "null is no key; quote it if it is text"),
    };

    private static object? Resolve(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        var tag = scalar.Tag.IsEmpty || scalar.Tag.IsNonSpecific ? null : scalar.Tag.Value;
        if (tag is null)
            return scalar.Style == ScalarStyle.Plain && !(scalar.Tag.IsNonSpecific && scalar.Tag.Value == "!") ? Plain(text) : text;

        var value = tag == TagPrefix + "str" || tag == TagPrefix + "timestamp" ? text : Plain(text);
        return (tag, value) switch
        {
            (TagPrefix + "str" or TagPrefix + "timestamp", _) => text,
            (TagPrefix + "null", null) => null,
            (TagPrefix + "bool", bool) => value,
            (TagPrefix + "int", long or ulong) => value,
            (TagPrefix + "float", double) => value,
            (TagPrefix + "float", long number) => (double)number,
            _ => throw new YamlException(scalar.Start, scalar.End, $"the tag {tag} does not fit this value or is not supported"),
        };
    }

    private static object? Plain(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        "true" or "True" or "TRUE" or "y" or "Y" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" => true,
        "false" or "False" or "FALSE" or "n" or "N" or "no" or "No" or "NO" or "off" or "Off" or "OFF" => false,
        ".nan" or ".NaN" or ".NAN" => double.NaN,
        ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF" => double.PositiveInfinity,
        "-.inf" or "-.Inf" or "-.INF" => double.NegativeInfinity,
        _ when char.IsAsciiDigit(text[0]) || text[0] is '+' or '-' or '.' => Number(text) ?? text,
        _ => text,
    };

    private static object? Number(string text)
    {
        var plain = text.Replace("_", "", StringComparison.Ordinal);
        if (Integer(plain) is { } integer)
        {
            if (integer >= long.MinValue && integer <= long.MaxValue)
                return (long)integer;
            return integer >= 0 && integer <= ulong.MaxValue ? (object)(ulong)integer : (double)integer;
        }

        return FloatPattern().IsMatch(plain) ? double.Parse(plain, NumberStyles.Float, CultureInfo.InvariantCulture) : null;
    }

    private static BigInteger? Integer(string text)
    {
        var negative = text.StartsWith('-');
        var digits = negative || text.StartsWith('+') ? text[1..] : text;
        var (radix, body) = digits switch
        {
            ['0', 'x' or 'X', ..] => (16, digits[2..]),
            ['0', 'b' or 'B', ..] => (2, digits[2..]),
            ['0', 'o' or 'O', ..] => (8, digits[2..]),
            ['0', _, ..] => (8, digits[1..]),
            _ => (10, digits),
        };
        if (body.Length is 0 or > 400)
            return null;

        var value = BigInteger.Zero;
        foreach (var c in body)
        {
            var digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : 99;
            if (digit >= radix)
                return null;
            value = (value * radix) + digit;
        }

        return negative ? -value : value;
    }

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex FloatPattern();
}
