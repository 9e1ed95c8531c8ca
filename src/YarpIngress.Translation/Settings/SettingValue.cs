using System.Globalization;

namespace YarpIngress.Translation.Settings;

/// <summary>
/// Reads the value of an annotation or of a ConfigMap key, in the forms that ingress-nginx takes. What is none of these is
/// a <see cref="FormatException"/> whose message says what is allowed.
/// </summary>
public static class SettingValue
{
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
