using System.Buffers.Binary;
using System.Text;
using YarpIngress.Observability.AccessLog.Variables;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Observability.AccessLog;

/// <summary>A log format, read once: pieces of text and the writers of values between them.</summary>
internal sealed class AccessLogFormat
{
    private readonly LogEscape _escape;
    private readonly Piece[] _pieces;

    private AccessLogFormat(LogEscape escape, Piece[] pieces) => (_escape, _pieces) = (escape, pieces);

    /// <summary>Reads a format; a hyphen stands for variables that are not known.</summary>
    public static AccessLogFormat Parse(string format, LogEscape escape)
    {
        var pieces = new List<Piece>();
        foreach (var (literal, variable) in LogFormatText.Read(format))
        {
            var (text, value) = variable is null ? (literal + "\n", null) : (literal, LogVariables.Find(variable) ?? LogVariables.Unknown);
            var bytes = Encoding.UTF8.GetBytes(text).AsSpan();
            for (; bytes.Length > sizeof(ulong); bytes = bytes[sizeof(ulong)..])
                pieces.Add(new Piece(bytes[..sizeof(ulong)], null));
            pieces.Add(new Piece(bytes, value));
        }
        return new AccessLogFormat(escape, [.. pieces]);
    }

    /// <summary>The line of a request, valid until this thread writes the next one.</summary>
    public ReadOnlySpan<byte> Write(in LogEntry entry)
    {
        var line = LogLine.Begin(_escape);
        foreach (ref readonly var piece in _pieces.AsSpan())
        {
            line.Raw(piece.Text, piece.Length);
            piece.Value?.Invoke(line, entry);
        }
        return line.Span;
    }

    /// <summary>
    /// A text and the value after it. The text is a number of up to eight bytes: arrays of one to four bytes each cost more to
    /// fetch from memory than to copy.
    /// </summary>
    private readonly struct Piece(ReadOnlySpan<byte> text, LogValue? value)
    {
        public readonly ulong Text = Packed(text);
        public readonly int Length = text.Length;
        public readonly LogValue? Value = value;

        private static ulong Packed(ReadOnlySpan<byte> text)
        {
            Span<byte> bytes = stackalloc byte[sizeof(ulong)];
            bytes.Clear();
            text.CopyTo(bytes);
            return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        }
    }
}
