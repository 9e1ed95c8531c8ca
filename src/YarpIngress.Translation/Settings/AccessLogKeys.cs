using static YarpIngress.Translation.Settings.SettingValue;

namespace YarpIngress.Translation.Settings;

/// <summary>The keys of the access log.</summary>
internal static class AccessLogKeys
{
    private const int LongestFormat = 8192;

    // Where ingress-nginx's image has a link to standard output.
    private static readonly string[] StandardOutput = ["", "/dev/stdout", "/var/log/nginx/access.log"];

    public static readonly IReadOnlyList<GlobalKey> All =
    [
        Key("disable-access-log", "true or false", "false", "Whether there is no access log.",
            (log, text) => Bool(text) ? log with { Enabled = false, StreamEnabled = false } : log),
        Key("disable-http-access-log", "true or false", "false", "Whether requests are not logged.",
            (log, text) => Bool(text) ? log with { Enabled = false } : log),
        Key("disable-stream-access-log", "true or false", "false", "Whether TCP connections and UDP sessions are not logged.",
            (log, text) => Bool(text) ? log with { StreamEnabled = false } : log),
        Key("access-log-path", "path of a file", "standard output", "Where the access log goes; SIGUSR1 opens the file anew.",
            (log, text) => FileOf(text) is { } path ? log with { Path = log.Path ?? path, StreamPath = log.StreamPath ?? path } : log),
        Key("http-access-log-path", "path of a file", "as access-log-path", "Wins over access-log-path.",
            (log, text) => text.Length > 0 ? log with { Path = FileOf(text) } : log),
        Key("stream-access-log-path", "path of a file", "as access-log-path", "Wins over access-log-path for TCP and UDP ports.",
            (log, text) => text.Length > 0 ? log with { StreamPath = FileOf(text) } : log),
        Key("log-format-stream", "text with nginx's variables", AccessLogSettings.DefaultStreamFormat,
            "A line about a TCP connection or a UDP session.",
            (log, text) => log with { StreamFormat = text.Length > 0 ? Line(text, LongestFormat) : AccessLogSettings.DefaultStreamFormat }),
        Key("log-format-upstream", "text with nginx's variables", "ingress-nginx's upstreaminfo", "A line of the access log.",
            (log, text) => log with { Format = text.Length > 0 ? Line(text, LongestFormat) : AccessLogSettings.DefaultFormat }),
        Key("log-format-escape-json", "true or false", "false", "Whether values are escaped as inside JSON strings.",
            (log, text) => Bool(text) ? log with { Escape = LogEscape.Json } : log),
        Key("log-format-escape-none", "true or false", "false", "Whether values stay as they are, but for line breaks.",
            (log, text) => Bool(text) && log.Escape is LogEscape.Default ? log with { Escape = LogEscape.None } : log),
        Key("skip-access-log-urls", "request targets with commas between, or ~regular expressions", "none",
            "Which requests are not logged.",
            (log, text) => log with
            {
                SkipUrls = [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(SkipUrl)],
            }),
        Key("enable-access-log-for-default-backend", "true or false", "false",
            "Whether requests for hosts that no rule names are logged; those that an Ingress for all hosts serves are.",
            (log, text) => log with { ForDefaultBackend = Bool(text) }),
    ];

    private static GlobalKey Key(
        string name, string values, string byDefault, string doc, Func<AccessLogSettings, string, AccessLogSettings> set) =>
        new(name, values, byDefault, doc, (settings, text) => settings with { AccessLog = set(settings.AccessLog, text) });

    private static string? FileOf(string text)
    {
        var path = text.Trim();
        if (StandardOutput.Contains(path))
            return null;
        return path.StartsWith('/') && !path.Contains('\0')
            ? path
            : throw new FormatException("must be the full path of a file, or /dev/stdout");
    }

    /// <summary>Checked here, so that what is no expression is a problem of the ConfigMap.</summary>
    private static string SkipUrl(string url)
    {
        try
        {
            SkippedUrl.Expression(url);
            return url;
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw new FormatException($"must hold regular expressions that can be matched in linear time behind ~: {error.Message}");
        }
    }
}
