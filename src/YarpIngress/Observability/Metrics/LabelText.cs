using System.Buffers;
using System.Text;

namespace YarpIngress.Observability.Metrics;

/// <summary>The labels of one series as they stand between braces, in a buffer that is used again for the next one.</summary>
internal sealed class LabelText : MetricLabels
{
    private static readonly SearchValues<char> Escaped = SearchValues.Create("\\\"\n");

    private readonly ArrayBufferWriter<byte> _text = new(512);

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Span => _text.WrittenSpan;

    /// <summary>Begins with what every series of a metric has.</summary>
    public LabelText Begin(ReadOnlySpan<byte> constant)
    {
        _text.ResetWrittenCount();
        _text.Write(constant);
        return this;
    }

    /// <inheritdoc/>
    public override MetricLabels Add(string name, string value)
    {
        if (_text.WrittenCount > 0)
            _text.Write(","u8);
        Encoding.UTF8.GetBytes(name, _text);
        _text.Write("=\""u8);
        if (value.AsSpan().IndexOfAny(Escaped) >= 0)
            value = value.Replace("\\", @"\\").Replace("\"", "\\\"").Replace("\n", @"\n");
        Encoding.UTF8.GetBytes(value, _text);
        _text.Write("\""u8);
        return this;
    }
}
