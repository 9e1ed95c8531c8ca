using System.Globalization;
using System.Text;

namespace YarpIngress.Options;

/// <summary>Durations as Go writes them (<c>1m30s</c>, <c>500ms</c>), or plain seconds.</summary>
internal static class GoDuration
{
    private const string Allowed = "must be a duration such as 30s, 1m30s or 500ms, or plain seconds, and not negative";

    /// <summary>Reads a duration; throws <see cref="FormatException"/> saying what is allowed.</summary>
    public static TimeSpan Parse(string text)
    {
        if (TryNumber(text, out var plainSeconds))
            return Checked(plainSeconds);

        var seconds = 0d;
        var rest = text.AsSpan();
        if (rest.IsEmpty)
            throw new FormatException(Allowed);
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept("0123456789.");
            if (digits <= 0 || !TryNumber(rest[..digits], out var number))
                throw new FormatException(Allowed);
            rest = rest[digits..];
            var length = rest.IndexOfAny("0123456789.");
            var unit = length < 0 ? rest : rest[..length];
            seconds += number * Seconds(unit);
            rest = rest[unit.Length..];
        }
        return Checked(seconds);
    }

    /// <summary>The shortest form that <see cref="Parse"/> reads back.</summary>
    public static string Format(TimeSpan value)
    {
        if (value < TimeSpan.FromSeconds(1) && value > TimeSpan.Zero)
            return string.Create(CultureInfo.InvariantCulture, $"{value.TotalMilliseconds}ms");
        var text = new StringBuilder();
        if ((int)value.TotalHours is > 0 and var hours)
            text.Append(CultureInfo.InvariantCulture, $"{hours}h");
        if (value.Minutes > 0)
            text.Append(CultureInfo.InvariantCulture, $"{value.Minutes}m");
        var seconds = value.Seconds + value.Milliseconds / 1000d;
        if (seconds > 0 || text.Length == 0)
            text.Append(CultureInfo.InvariantCulture, $"{seconds}s");
        return text.ToString();
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out double number) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);

    private static double Seconds(ReadOnlySpan<char> unit) => unit switch
    {
        "h" => 3600,
        "m" => 60,
        "s" => 1,
        "ms" => 1e-3,
        "us" or "µs" or "μs" => 1e-6,
        "ns" => 1e-9,
        _ => throw new FormatException(Allowed),
    };

    // Timers take at most 49 days; a longer wait is a mistake in every flag there is.
    private static TimeSpan Checked(double seconds) =>
        seconds <= 49 * 86400d ? TimeSpan.FromSeconds(seconds) : throw new FormatException("must be at most 49 days");
}
