using System.Text;
using YarpIngress.Observability.AccessLog.Variables;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Observability.AccessLog;

/// <summary>The format of lines about connections and sessions, read once.</summary>
internal sealed class StreamLogFormat
{
    private readonly (byte[] Text, StreamLogVariables.Value? Value)[] _pieces;

    /// <summary>Reads a format of nginx's syntax.</summary>
    public StreamLogFormat(string format) => _pieces =
    [
        .. LogFormatText.Read(format).Select(piece => piece.Variable is null
            ? (Encoding.UTF8.GetBytes(piece.Literal + "\n"), null)
            : (Encoding.UTF8.GetBytes(piece.Literal), StreamLogVariables.Find(piece.Variable))),
    ];

    /// <summary>The line of an entry; overwritten by the next one of the same thread.</summary>
    public ReadOnlySpan<byte> Write(in StreamLogEntry entry)
    {
        var line = LogLine.Begin(LogEscape.Default);
        foreach (var (text, value) in _pieces)
        {
            line.Raw(text);
            value?.Invoke(line, entry);
        }
        return line.Span;
    }
}
