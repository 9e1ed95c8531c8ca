using System.Globalization;
using YarpIngress.Translation.Ingress.Annotations;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Variables;

namespace YarpIngress.Translation.Settings;

/// <summary>Reads what annotations and keys say about external authentication; each throws <see cref="FormatException"/>.</summary>
internal static class ExternalAuthValue
{
    private const int Longest = 2048;
    private const int MostHeaders = 100;
    private const string TimesText = "must be statuses with a time behind them, such as 200 202 30m, 401 5m";

    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];

    /// <summary>An HTTP method; null for an empty text.</summary>
    public static string? Method(string text) => text.Trim() is not { Length: > 0 } method ? null
        : Methods.Contains(method) ? method
        : throw new FormatException($"must be one of {string.Join(", ", Methods)}");

    /// <summary>Where to log in; null for an empty text.</summary>
    public static VariableText? SignIn(string text, RedirectSettings redirects) =>
        text.Trim().Length == 0 ? null : RedirectTarget.Read(text, redirects);

    /// <summary>The name of a parameter.</summary>
    public static string Parameter(string text) => text.Trim() switch
    {
        "" => ExternalAuthPolicy.DefaultReturnParameter,
        { Length: <= 64 } name when name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~') => name,
        _ => throw new FormatException("must be the name of a query parameter: letters, digits, - . _ and ~"),
    };

    /// <summary>Names of headers with commas between.</summary>
    public static EquatableArray<string> Headers(string text)
    {
        var names = HeaderText.Names(text).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        if (names.Count > MostHeaders)
            throw new FormatException($"must hold at most {MostHeaders} names");
        return names.Contains("Host", StringComparer.OrdinalIgnoreCase)
            ? throw new FormatException("must not hold Host, by which the request was routed")
            : names.ToEquatableArray();
    }

    /// <summary>A text with variables, in one line; null for an empty one.</summary>
    public static VariableText? Text(string text) =>
        text.Trim().Length == 0 ? null : VariableText.Parse(SettingValue.Line(text.Trim(), Longest));

    /// <summary>A header of the question.</summary>
    public static RequestHeader Header(string name, string value)
    {
        var checkedName = HeaderText.Name(name);
        if (checkedName.Equals("Host", StringComparison.OrdinalIgnoreCase))
            throw new FormatException("must not hold Host, which is that of auth-url");
        return HeaderText.IsValue(value)
            ? new RequestHeader(checkedName, VariableText.Parse(value))
            : throw new FormatException("must have values of one line of visible ASCII");
    }

    /// <summary>Times as nginx's <c>proxy_cache_valid</c> has them, with commas between.</summary>
    public static EquatableArray<AuthCacheTime> CacheTimes(string text) =>
        [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).SelectMany(Entry)];

    private static List<AuthCacheTime> Entry(string text)
    {
        var statuses = new List<int>();
        TimeSpan? duration = null;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Time(word) is { } time)
                duration = (duration ?? TimeSpan.Zero) + time;
            else if (duration is not null)
                throw new FormatException(TimesText);
            else if (word == "any")
                statuses.Add(AuthCacheTime.AnyStatus);
            else
                statuses.Add(Status(word));
        }
        if (duration is not { } kept || kept > TimeSpan.FromDays(3650))
            throw new FormatException(TimesText);
        // As nginx, when no status is named.
        return [.. (statuses.Count == 0 ? [200, 301, 302] : statuses).Select(status => new AuthCacheTime(status, kept))];
    }

    private static int Status(string word) =>
        word.Length == 3 && int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var status)
            && status is >= 100 and <= 599
            ? status
            : throw new FormatException(TimesText);

    /// <summary>A number with nginx's unit behind it; null for what is none.</summary>
    private static TimeSpan? Time(string word)
    {
        var digits = word.AsSpan().TrimEnd("mshdwMy");
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        return word[digits.Length..] switch
        {
            "ms" => TimeSpan.FromMilliseconds(number),
            "s" => TimeSpan.FromSeconds(number),
            "m" => TimeSpan.FromMinutes(number),
            "h" => TimeSpan.FromHours(number),
            "d" => Days(number),
            "w" => Days(7L * number),
            "M" => Days(30L * number),
            "y" => Days(365L * number),
            _ => null,
        };
    }

    private static TimeSpan Days(long days) => TimeSpan.FromDays(Math.Min(days, 100_000));
}
