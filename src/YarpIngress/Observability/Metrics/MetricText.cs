using System.Globalization;
using System.Text;

namespace YarpIngress.Observability.Metrics;

/// <summary>Prometheus' text format, version 0.0.4.</summary>
/// <param name="constantLabels">Labels that every series carries.</param>
internal sealed class MetricText(IReadOnlyList<KeyValuePair<string, string>> constantLabels)
{
    /// <summary>For the answer's header.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();

    public void Header(string name, string help, string type) =>
        _text.Append("# HELP ").Append(name).Append(' ').Append(help.Replace("\\", @"\\").Replace("\n", @"\n")).Append('\n')
            .Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    public void Sample(string name, string labels, double value) =>
        _text.Append(name).Append(labels).Append(' ').Append(Number(value)).Append('\n');

    /// <summary>The label block of a series, constant labels first.</summary>
    public string Labels(IReadOnlyList<string> names, IReadOnlyList<string> values)
    {
        if (constantLabels.Count + names.Count == 0)
            return "";
        var block = new StringBuilder("{");
        foreach (var (name, value) in constantLabels)
            Append(block, name, value);
        for (var i = 0; i < names.Count; i++)
            Append(block, names[i], values[i]);
        return block.Append('}').ToString();
    }

    /// <summary>A label block with one label more.</summary>
    public static string With(string labels, string name, string value) =>
        labels.Length == 0 ? $"{{{name}=\"{value}\"}}" : $"{labels[..^1]},{name}=\"{value}\"}}";

    public override string ToString() => _text.ToString();

    private static void Append(StringBuilder block, string name, string value)
    {
        if (block.Length > 1)
            block.Append(',');
        block.Append(name).Append("=\"")
            .Append(value.Replace("\\", @"\\").Replace("\"", "\\\"").Replace("\n", @"\n")).Append('"');
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString(CultureInfo.InvariantCulture),
    };
}
