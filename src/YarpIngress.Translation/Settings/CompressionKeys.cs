using System.Text.RegularExpressions;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Settings;

/// <summary>The keys of compression.</summary>
internal static class CompressionKeys
{
    private const string Types = "media types with spaces between; * for all";
    private const string Common = "text, JavaScript, JSON, XML, fonts and SVG";

    // nginx's word for them is no expression: it is in none of their names.
    private const string OldExplorers = @"MSIE [4-6]\.";

    public static readonly IReadOnlyList<GlobalKey> All =
    [
        Gzip("use-gzip", "true or false", "false", "Whether answers are compressed by gzip for clients that accept it.",
            (gzip, text) => gzip with { Enabled = SettingValue.Bool(text) }),
        Gzip("gzip-level", "whole number from 1 to 9", "1", "How much work goes into gzip.",
            (gzip, text) => gzip with { Level = SettingValue.Whole(text.Trim(), 1, 9) }),
        Gzip("gzip-min-length", "bytes", "256", "How long an answer must be for gzip, where its length is known.",
            (gzip, text) => gzip with { MinimumLength = SettingValue.Whole(text.Trim(), 0, int.MaxValue) }),
        Gzip("gzip-types", Types, Common, "Which types are compressed by gzip; text/html always is.",
            (gzip, text) => gzip with { Types = MediaTypes(text) }),
        Key("gzip-disable", "regular expression, or msie6", "none",
            "The User-Agent of clients that get no gzip; msie6 by itself stands for Internet Explorer 4 to 6.",
            (compression, text) => compression with { GzipDisable = text.Trim() == "msie6" ? OldExplorers : Pattern(text) }),
        Brotli("enable-brotli", "true or false", "false",
            "Whether answers are compressed by brotli for clients that accept it, rather than by gzip.",
            (brotli, text) => brotli with { Enabled = SettingValue.Bool(text) }),
        Brotli("brotli-level", "whole number from 0 to 11", "4", "How much work goes into brotli.",
            (brotli, text) => brotli with { Level = SettingValue.Whole(text.Trim(), 0, 11) }),
        Brotli("brotli-min-length", "bytes", "20", "How long an answer must be for brotli, where its length is known.",
            (brotli, text) => brotli with { MinimumLength = SettingValue.Whole(text.Trim(), 0, int.MaxValue) }),
        Brotli("brotli-types", Types, Common, "Which types are compressed by brotli; text/html always is.",
            (brotli, text) => brotli with { Types = MediaTypes(text) }),
    ];

    private static EquatableArray<string> MediaTypes(string text)
    {
        var types = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return types.Length > 0 && types.All(IsMediaType)
            ? types.Select(type => type.ToLowerInvariant()).Distinct().ToEquatableArray()
            : throw new FormatException($"must be {Types}");
    }

    private static bool IsMediaType(string type) =>
        type == "*" || (type.Count(c => c == '/') == 1 && type.All(c => c is > ' ' and < (char)127 and not ';'));

    private static string? Pattern(string text)
    {
        if (text.Length == 0)
            return null;
        try
        {
            _ = new Regex(text, RegexOptions.NonBacktracking);
            return text;
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw new FormatException($"must be a regular expression without look-around and back-references: {error.Message}");
        }
    }

    private static GlobalKey Gzip(
        string name, string values, string byDefault, string doc, Func<EncodingSettings, string, EncodingSettings> set) =>
        Key(name, values, byDefault, doc, (compression, text) => compression with { Gzip = set(compression.Gzip, text) });

    private static GlobalKey Brotli(
        string name, string values, string byDefault, string doc, Func<EncodingSettings, string, EncodingSettings> set) =>
        Key(name, values, byDefault, doc, (compression, text) => compression with { Brotli = set(compression.Brotli, text) });

    private static GlobalKey Key(
        string name, string values, string byDefault, string doc, Func<CompressionSettings, string, CompressionSettings> set) =>
        new(name, values, byDefault, doc, (settings, text) => settings with { Compression = set(settings.Compression, text) });
}
