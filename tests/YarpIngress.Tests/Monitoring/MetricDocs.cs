using System.Text;
using YarpIngress.Observability.Metrics;

namespace YarpIngress.Tests.Monitoring;

/// <summary>The parts of docs/observability.md that are made of the code: between two comments that name them.</summary>
internal static class MetricDocs
{
    public static readonly string Path = System.IO.Path.Combine(MonitoringFiles.Repository, "docs", "observability.md");

    /// <summary>Every metric, with what it is.</summary>
    public static string Metrics(MetricRegistry registry)
    {
        var text = new StringBuilder("| metric | type | labels | what it is |\n|---|---|---|---|\n");
        foreach (var metric in registry.Metrics.OrderBy(metric => !metric.Name.StartsWith(registry.Prefix, StringComparison.Ordinal)))
        {
            var name = metric.Name.StartsWith(registry.Prefix, StringComparison.Ordinal)
                ? "…" + metric.Name[registry.Prefix.Length..]
                : metric.Name;
            var labels = string.Join(", ", metric.LabelNames.Select(label => $"`{label}`"));
            var own = metric.HasConstantLabels || name[0] != '…' ? "" : "¹";
            text.Append($"| `{name}`{own} | {metric.Type} | {labels} | {metric.Help.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        }
        return text.ToString();
    }

    /// <summary>Every variable of the access log.</summary>
    public static string LogVariables()
    {
        var text = new StringBuilder("| variable | value |\n|---|---|\n");
        foreach (var variable in YarpIngress.Observability.AccessLog.Variables.LogVariables.All)
            text.Append($"| `${variable.Name}` | {variable.Doc} |\n");
        foreach (var family in YarpIngress.Observability.AccessLog.Variables.LogVariables.Families)
            text.Append($"| `${family.Name}…` | {family.Doc} |\n");
        return text.ToString();
    }

    /// <summary>The document with one part made anew.</summary>
    public static string With(string document, string part, string text)
    {
        var (begin, end) = ($"<!-- {part}: made of the code by ./build.sh golden -->\n", $"<!-- end of {part} -->");
        var start = document.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var stop = document.IndexOf(end, StringComparison.Ordinal);
        if (start < begin.Length || stop < start)
            throw new InvalidOperationException($"docs/observability.md has no part for {part}");
        return document[..start] + text + document[stop..];
    }
}
