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
        var read = LogFormatText.Read(format);
        var pieces = new Piece[read.Count];
        for (var i = 0; i < pieces.Length; i++)
        {
            var (literal, variable) = read[i];
            pieces[i] = variable is null
                ? new Piece(Encoding.UTF8.GetBytes(literal + "\n"), null)
                : new Piece(Encoding.UTF8.GetBytes(literal), LogVariables.Find(variable) ?? LogVariables.Unknown);
        }
        return new AccessLogFormat(escape, pieces);
    }

    /// <summary>The line of a request, valid until this thread writes the next one.</summary>
    public ReadOnlySpan<byte> Write(in LogEntry entry)
    {
        var line = LogLine.Begin(_escape);
        foreach (var piece in _pieces)
        {
            line.Raw(piece.Text);
            piece.Value?.Invoke(line, entry);
        }
        return line.Span;
    }

    /// <summary>A text and the value after it, but for the last.</summary>
    private readonly record struct Piece(byte[] Text, LogValue? Value);
}
