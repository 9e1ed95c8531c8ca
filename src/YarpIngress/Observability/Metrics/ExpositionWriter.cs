using System.Buffers;
using System.Globalization;
using System.Text;

namespace YarpIngress.Observability.Metrics;

/// <summary>Writes metrics as text, in one of the formats.</summary>
/// <param name="format">Which format.</param>
/// <param name="output">Where the pieces go.</param>
/// <param name="constantLabels">Labels that every series carries, unless its metric has none of them.</param>
internal sealed class ExpositionWriter(
    ExpositionFormat format, Stream output, IReadOnlyList<KeyValuePair<string, string>> constantLabels) : MetricWriter
{
    private const int PieceSize = 64 * 1024;

    private readonly ArrayBufferWriter<byte> _piece = new(PieceSize + PieceSize / 4);
    private readonly LabelText _labels = new();
    private readonly byte[] _constant = Constant(constantLabels);
    private byte[] _name = [];

    /// <inheritdoc/>
    public override bool IsFull => _piece.WrittenCount >= PieceSize;

    /// <inheritdoc/>
    public override void Begin(IMetric metric)
    {
        _name = Encoding.UTF8.GetBytes(metric.Name);
        var type = metric.Type;
        var family = metric.Name;
        if (format is ExpositionFormat.OpenMetrics && type == "counter")
        {
            // There a counter's samples end in _total. One that does not keeps its name, which queries and dashboards
            // know, and goes without a type.
            if (family.EndsWith("_total", StringComparison.Ordinal))
                family = family[..^"_total".Length];
            else
                type = "unknown";
        }
        var help = metric.Help.Replace("\\", @"\\").Replace("\n", @"\n");
        if (format is ExpositionFormat.OpenMetrics)
            help = help.Replace("\"", "\\\"");
        Text($"# HELP {family} {help}\n# TYPE {family} {type}\n");
    }

    /// <inheritdoc/>
    public override MetricLabels Labels(bool withConstant = true) => _labels.Begin(withConstant ? _constant : default);

    /// <inheritdoc/>
    public override void Sample(MetricLabels labels, double value) => Line(labels, value, "");

    /// <inheritdoc/>
    public override void Histogram(
        MetricLabels labels, ReadOnlySpan<double> bounds, ReadOnlySpan<long> counts, double sum, Func<int, Exemplar>? exemplars = null)
    {
        var cumulative = 0L;
        for (var i = 0; i < counts.Length; i++)
        {
            cumulative += counts[i];
            Bucket(labels, i < bounds.Length ? bounds[i] : double.PositiveInfinity, cumulative, exemplars?.Invoke(i) ?? default);
        }
        Line(labels, sum, "_sum");
        Line(labels, cumulative, "_count");
    }

    /// <inheritdoc/>
    public override async Task FlushAsync(CancellationToken ct)
    {
        if (_piece.WrittenCount == 0)
            return;
        // The continuation must not run on the thread that completes the write, which serves sockets.
        await output.WriteAsync(_piece.WrittenMemory, ct).AsTask().ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        _piece.ResetWrittenCount();
    }

    /// <inheritdoc/>
    public override Task EndAsync(CancellationToken ct)
    {
        if (format is ExpositionFormat.OpenMetrics)
            _piece.Write("# EOF\n"u8);
        return FlushAsync(ct);
    }

    private static byte[] Constant(IReadOnlyList<KeyValuePair<string, string>> labels)
    {
        var text = new LabelText();
        foreach (var (name, value) in labels)
            text.Add(name, value);
        return text.Span.ToArray();
    }

    private void Line(MetricLabels labels, double value, string suffix)
    {
        Name(suffix);
        if (labels.Span.Length > 0)
        {
            _piece.Write("{"u8);
            _piece.Write(labels.Span);
            _piece.Write("}"u8);
        }
        Value(value);
        _piece.Write("\n"u8);
    }

    private void Bucket(MetricLabels labels, double bound, long count, in Exemplar exemplar)
    {
        Name("_bucket");
        _piece.Write("{"u8);
        _piece.Write(labels.Span);
        _piece.Write(labels.Span.Length > 0 ? ",le=\""u8 : "le=\""u8);
        Number(bound);
        // Canonical in OpenMetrics: a bound is a float.
        if (format is ExpositionFormat.OpenMetrics && double.IsInteger(bound) && bound < 1e15)
            _piece.Write(".0"u8);
        _piece.Write("\"}"u8);
        Value(count);
        if (format is ExpositionFormat.OpenMetrics && exemplar.TraceId is { } trace)
        {
            _piece.Write(" # {trace_id=\""u8);
            Encoding.UTF8.GetBytes(trace, _piece);
            _piece.Write("\"}"u8);
            Value(exemplar.Value);
            Value(exemplar.Time);
        }
        _piece.Write("\n"u8);
    }

    private void Name(string suffix)
    {
        _piece.Write(_name);
        Encoding.UTF8.GetBytes(suffix, _piece);
    }

    private void Value(double value)
    {
        _piece.Write(" "u8);
        Number(value);
    }

    private void Number(double value)
    {
        if (double.IsPositiveInfinity(value))
            _piece.Write("+Inf"u8);
        else if (double.IsNegativeInfinity(value))
            _piece.Write("-Inf"u8);
        else
        {
            value.TryFormat(_piece.GetSpan(32), out var written, default, CultureInfo.InvariantCulture);
            _piece.Advance(written);
        }
    }

    private void Text(string text) => Encoding.UTF8.GetBytes(text, _piece);
}
