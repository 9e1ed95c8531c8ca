using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Settings;

/// <summary>Which answers of pods are compressed on their way to clients.</summary>
public sealed record CompressionSettings
{
    private static readonly string[] CommonTypes =
    [
        "application/atom+xml", "application/javascript", "application/x-javascript", "application/json", "application/rss+xml",
        "application/vnd.ms-fontobject", "application/x-font-ttf", "application/x-web-app-manifest+json", "application/xhtml+xml",
        "application/xml", "font/opentype", "image/svg+xml", "image/x-icon", "text/css", "text/javascript", "text/plain",
        "text/x-component",
    ];

    /// <summary><c>use-gzip</c> and <c>gzip-*</c>.</summary>
    public EncodingSettings Gzip { get; init; } = new() { Level = 1, MinimumLength = 256, Types = [.. CommonTypes] };

    /// <summary><c>enable-brotli</c> and <c>brotli-*</c>.</summary>
    public EncodingSettings Brotli { get; init; } = new()
    {
        Level = 4,
        MinimumLength = 20,
        Types = ["application/xml+rss", "application/atom+xml", .. CommonTypes.Skip(1)],
    };

    /// <summary><c>gzip-disable</c>: a regular expression for the User-Agent of clients that get no gzip; null for none.</summary>
    public string? GzipDisable { get; init; }
}

/// <summary>What is compressed by one coding.</summary>
public sealed record EncodingSettings
{
    /// <summary>Whether it is used.</summary>
    public bool Enabled { get; init; }

    /// <summary>How much work goes into it: 1 to 9 for gzip, 0 to 11 for brotli.</summary>
    public required int Level { get; init; }

    /// <summary>How many bytes an answer of a known length must have.</summary>
    public required int MinimumLength { get; init; }

    /// <summary>Media types, without parameters; <c>*</c> is all. <c>text/html</c> always counts.</summary>
    public required EquatableArray<string> Types { get; init; }
}
