using System.Globalization;
using System.Net;
using YarpIngress.Kubernetes;

namespace YarpIngress.Options;

/// <summary>How one kind of flag value is read and printed.</summary>
/// <param name="Name">The word that help and docs use for it.</param>
/// <param name="Parse">Reads the text; throws <see cref="FormatException"/> saying what is allowed.</param>
/// <param name="Format">Prints a value as it would be written.</param>
internal sealed record FlagType<T>(string Name, Func<string, T> Parse, Func<T, string> Format);

/// <summary>The kinds of values that flags have.</summary>
internal static class FlagTypes
{
    public static readonly FlagType<string?> Text = new("string", ParseText, text => text ?? "");

    public static readonly FlagType<bool> Bool = new("bool", ParseBool, value => value ? "true" : "false");

    public static readonly FlagType<int> Whole = new("int", text => ParseWhole(text, int.MaxValue, "a whole number, 0 or more"), Print);

    public static readonly FlagType<int> Port = new(
        "port", text => ParseWhole(text, ushort.MaxValue, "a port, 0 to 65535 (0 picks a free one)"), Print);

    public static readonly FlagType<TimeSpan> Duration = new("duration", GoDuration.Parse, GoDuration.Format);

    public static readonly FlagType<ObjectKey?> Reference = new("namespace/name", ParseReference, key => key?.ToString() ?? "");

    public static readonly FlagType<IReadOnlyList<string>> TextList = new("list", ParseList, list => string.Join(',', list));

    public static readonly FlagType<IReadOnlyList<IPAddress>> AddressList =
        new("addresses", text => [.. ParseList(text).Select(ParseAddress)], list => string.Join(',', list));

    public static readonly FlagType<IReadOnlyList<double>> Buckets =
        new("numbers", ParseBuckets, list => string.Join(',', list.Select(Print)));

    public static readonly FlagType<double> Number = new("number", ParseNumber, Print);

    public static readonly FlagType<LogFormat> LogStyle = new(
        "json|console", ParseLogFormat, format => format.ToString().ToLowerInvariant());

    public static readonly FlagType<int> Verbosity = new("level", ParseVerbosity, Print);

    private static string? ParseText(string text) => text.Length == 0 ? null : text;

    // The spellings of Go's strconv.ParseBool, which is what ingress-nginx takes.
    private static bool ParseBool(string text) => text switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => throw new FormatException("must be true or false"),
    };

    private static int ParseWhole(string text, int most, string allowed) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most
            ? number
            : throw new FormatException($"must be {allowed}");

    private static double ParseNumber(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : throw new FormatException("must be a number");

    private static double[] ParseBuckets(string text)
    {
        double[] bounds = [.. ParseList(text).Select(ParseNumber)];
        return bounds.Length is > 0 and <= 100 && bounds.Zip(bounds.Skip(1)).All(pair => pair.First < pair.Second)
            ? bounds
            : throw new FormatException("must be 1 to 100 numbers separated by commas, each larger than the one before");
    }

    private static IPAddress ParseAddress(string text) =>
        IPAddress.TryParse(text, out var address)
            ? address
            : throw new FormatException($"must be IP addresses separated by commas, and \"{text}\" is none");

    private static IReadOnlyList<string> ParseList(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static ObjectKey? ParseReference(string text)
    {
        if (text.Length == 0)
            return null;
        var parts = text.Split('/');
        return parts.Length == 2 && parts.All(IsName)
            ? new ObjectKey(parts[0], parts[1])
            : throw new FormatException("must be namespace/name");
    }

    private static bool IsName(string text) =>
        text.Length is > 0 and <= 253 && text.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' or '.');

    private static LogFormat ParseLogFormat(string text) => text switch
    {
        "json" => LogFormat.Json,
        "console" => LogFormat.Console,
        _ => throw new FormatException("must be json or console"),
    };

    private static int ParseVerbosity(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var level)
            ? Math.Max(0, level)
            : throw new FormatException("must be a whole number: 0 and 1 log information, 2 to 4 debug, 5 and more everything");

    private static string Print(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Print(double value) => value.ToString(CultureInfo.InvariantCulture);
}
