using System.Collections.Frozen;
using System.Text.RegularExpressions;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Pipeline.Compression;

/// <summary>
/// Which answers are compressed, and how: nginx's rules, and RFC 9110's about what may not be touched. Made once for the settings that
/// apply.
/// </summary>
internal sealed class CompressionRules
{
    private static readonly string[] Digests = ["Content-MD5", "Content-Digest", "Digest", "Repr-Digest", "Signature"];

    private readonly Coding? _gzip;
    private readonly Coding? _brotli;
    private readonly Regex? _noGzip;

    private CompressionRules(CompressionSettings settings)
    {
        _gzip = settings.Gzip.Enabled ? new Coding("gzip", settings.Gzip) : null;
        _brotli = settings.Brotli.Enabled ? new Coding("br", settings.Brotli) : null;
        // Read without an error once before; linear in the text.
        _noGzip = settings.GzipDisable is { } pattern
            ? new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)
            : null;
    }

    /// <summary>Those of <paramref name="settings"/>; null when nothing is compressed.</summary>
    public static CompressionRules? Of(CompressionSettings settings) =>
        settings.Gzip.Enabled || settings.Brotli.Enabled ? new CompressionRules(settings) : null;

    /// <summary>Whether a client can get anything compressed at all, whatever the answer is.</summary>
    public static bool MayApply(HttpRequest request) =>
        // HTTP/1.0 has no bodies of unknown length.
        !HttpMethods.IsHead(request.Method) && !HttpProtocol.IsHttp10(request.Protocol);

    /// <summary>Decides about an answer whose headers are all there.</summary>
    /// <returns>Whether other clients may get it compressed, and how this one does; null when it does not.</returns>
    public (bool Varies, Coding? Coding) Decide(HttpContext context)
    {
        var response = context.Response;
        if (response.StatusCode is not (StatusCodes.Status200OK or StatusCodes.Status403Forbidden or StatusCodes.Status404NotFound)
            || response.Headers.ContentEncoding.Count > 0
            || response.Headers.ContentRange.Count > 0
            || response.Headers.CacheControl.ToString().Contains("no-transform", StringComparison.OrdinalIgnoreCase)
            || Digests.Any(response.Headers.ContainsKey))
            return (false, null);
        var gzip = _gzip?.Fits(response) == true ? _gzip : null;
        var brotli = _brotli?.Fits(response) == true ? _brotli : null;
        if (gzip is null && brotli is null)
            return (false, null);

        var request = context.Request.Headers;
        var byBrotli = brotli is null ? 0 : AcceptedCodings.Quality(request.AcceptEncoding, brotli.Name);
        var byGzip = gzip is null || _noGzip?.IsMatch(request.UserAgent.ToString()) == true
            ? 0
            : AcceptedCodings.Quality(request.AcceptEncoding, gzip.Name);
        return (true, byBrotli > 0 && byBrotli >= byGzip ? brotli : byGzip > 0 ? gzip : null);
    }

    /// <summary>A coding and what it is used for.</summary>
    internal sealed class Coding(string name, EncodingSettings settings)
    {
        private readonly FrozenSet<string> _types = settings.Types.Append("text/html").ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        private readonly bool _anyType = settings.Types.Contains("*");

        /// <summary>As it stands in headers.</summary>
        public string Name => name;

        /// <summary>How much work goes into it.</summary>
        public int Level => settings.Level;

        /// <summary>Whether an answer has the type and the length for it.</summary>
        public bool Fits(HttpResponse response)
        {
            if (response.ContentLength is { } length && (length == 0 || length < settings.MinimumLength))
                return false;
            if (response.ContentType is not { Length: > 0 } type)
                return false;
            var semicolon = type.IndexOf(';');
            return _anyType
                || _types.GetAlternateLookup<ReadOnlySpan<char>>().Contains((semicolon < 0 ? type : type.AsSpan(0, semicolon)).Trim());
        }
    }
}
