using Microsoft.Net.Http.Headers;

namespace YarpIngress.Observability.Metrics;

/// <summary>The formats that metrics are published in.</summary>
internal enum ExpositionFormat
{
    /// <summary>Prometheus' text format, version 0.0.4.</summary>
    Text,

    /// <summary>OpenMetrics 1.0.0, the one with exemplars.</summary>
    OpenMetrics,
}

/// <summary>Which format a scraper gets.</summary>
internal static class ExpositionFormats
{
    private const string OpenMetricsType = "application/openmetrics-text";

    /// <summary>For the answer's header.</summary>
    public static string ContentType(this ExpositionFormat format) => format switch
    {
        ExpositionFormat.OpenMetrics => OpenMetricsType + "; version=1.0.0; charset=utf-8",
        _ => "text/plain; version=0.0.4; charset=utf-8",
    };

    /// <summary>OpenMetrics for who asks for it at least as much as for anything else that there is; else text.</summary>
    public static ExpositionFormat Choose(IReadOnlyList<string?> accept)
    {
        if (accept.Count == 0 || !MediaTypeHeaderValue.TryParseList([.. accept.OfType<string>()], out var wanted))
            return ExpositionFormat.Text;
        var open = 0d;
        var text = 0d;
        foreach (var type in wanted)
        {
            var quality = type.Quality ?? 1;
            if (type.MediaType.Equals(OpenMetricsType, StringComparison.OrdinalIgnoreCase) && IsVersion1(type))
                open = Math.Max(open, quality);
            else if (type.MediaType.Equals("text/plain", StringComparison.OrdinalIgnoreCase) || type.MatchesAllTypes)
                text = Math.Max(text, quality);
        }
        return open > 0 && open >= text ? ExpositionFormat.OpenMetrics : ExpositionFormat.Text;
    }

    private static bool IsVersion1(MediaTypeHeaderValue type)
    {
        foreach (var parameter in type.Parameters)
            if (parameter.Name.Equals("version", StringComparison.OrdinalIgnoreCase))
                return parameter.GetUnescapedValue().Equals("1.0.0", StringComparison.Ordinal);
        return true;
    }
}
