using System.Globalization;

namespace YarpIngress.Translation.Settings;

/// <summary>
/// Reads the value of an annotation or of a ConfigMap key, in the forms that ingress-nginx takes. What is none of these is
/// a <see cref="FormatException"/> whose message says what is allowed.
/// </summary>
public static class SettingValue
{
    // int.MaxValue milliseconds, which is what timers of sockets take.
    private const int LongestSeconds = int.MaxValue / 1000;

    /// <summary>As Go's <c>strconv.ParseBool</c>.</summary>
    public static bool Bool(string text) => text switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => throw new FormatException("must be true or false"),
    };

    /// <summary>A whole number of a range.</summary>
    public static int Whole(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw new FormatException($"must be a whole number from {least} to {most}");

    /// <summary>A number from 0 to 1.</summary>
    public static double Share(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var value)
        && value is >= 0 and <= 1
            ? value
            : throw new FormatException("must be a number from 0 to 1");

    /// <summary>As nginx's directives: <c>on</c> or <c>off</c>; also true and false, as some write it.</summary>
    public static bool OnOff(string text) => text.Trim().ToLowerInvariant() switch
    {
        "on" or "true" => true,
        "off" or "false" => false,
        _ => throw new FormatException("must be on or off"),
    };

    /// <summary>A number of seconds above 0. More than timers take, 24 days, counts as that.</summary>
    public static TimeSpan Seconds(string text) =>
        TimeSpan.FromSeconds(Math.Min(Whole(text.Trim(), 1, int.MaxValue), LongestSeconds));

    /// <summary>A duration above 0 as nginx writes it: seconds, or a number with s, m, h or d behind it.</summary>
    public static TimeSpan Duration(string text)
    {
        var value = text.Trim();
        var unit = value.Length == 0
            ? 0
            : value[^1] switch { 's' or (>= '0' and <= '9') => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => 0 };
        var digits = value.AsSpan(0, value.Length > 0 && !char.IsAsciiDigit(value[^1]) ? value.Length - 1 : value.Length);
        return unit > 0 && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number is > 0 and < int.MaxValue
            ? TimeSpan.FromSeconds(Math.Min(number * unit, LongestSeconds))
            : throw new FormatException("must be a number of seconds, or one with s, m, h or d behind it");
    }

    /// <summary>A size as nginx writes it: bytes, or a number with k, m or g behind it.</summary>
    public static long Size(string text, long most)
    {
        var value = text.Trim();
        var unit = value.Length == 0 ? 0 : char.ToLowerInvariant(value[^1]) switch
        {
            'k' => 1024L,
            'm' => 1024L * 1024,
            'g' => 1024L * 1024 * 1024,
            'b' => 1L,
            >= '0' and <= '9' => 1L,
            _ => 0L,
        };
        var digits = value.AsSpan(0, value.Length > 0 && !char.IsAsciiDigit(value[^1]) ? value.Length - 1 : value.Length);
        return unit > 0 && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most / unit
            ? number * unit
            : throw new FormatException(
                "must be a number of bytes, or of kilo-, mega- or gigabytes with k, m or g behind it"
                + (most == long.MaxValue ? "" : $", up to {most}"));
    }

    /// <summary>One of a few words, in any case.</summary>
    public static T Word<T>(string text, params IReadOnlyList<(string Word, T Value)> words)
    {
        foreach (var (word, value) in words)
            if (text.Equals(word, StringComparison.OrdinalIgnoreCase))
                return value;
        throw new FormatException($"must be one of {string.Join(", ", words.Select(one => one.Word))}");
    }

    /// <summary>Text of one line, without control characters.</summary>
    public static string Line(string text, int longest) =>
        text.Length <= longest && !text.Any(char.IsControl)
            ? text
            : throw new FormatException($"must be one line of at most {longest} characters");
}
