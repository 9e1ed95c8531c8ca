using System.Text;

namespace YarpIngress.Benchmarks.Traffic;

/// <summary>An answer as it came.</summary>
internal readonly record struct HttpAnswer(ReadOnlyMemory<byte> Bytes)
{
    /// <summary>From <c>HTTP/1.1 200</c>.</summary>
    public int Status
    {
        get
        {
            var digits = Bytes.Span.Slice("HTTP/1.1 ".Length, 3);
            return ((digits[0] - '0') * 100) + ((digits[1] - '0') * 10) + (digits[2] - '0');
        }
    }

    public bool Contains(ReadOnlySpan<byte> text) => Bytes.Span.IndexOf(text) >= 0;

    public override string ToString() => Encoding.UTF8.GetString(Bytes.Span);
}
