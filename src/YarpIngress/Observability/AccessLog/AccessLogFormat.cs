using System.Text;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Observability.AccessLog;

/// <summary>A log format, read once: pieces of text and the writers of values between them.</summary>
internal sealed class AccessLogFormat
{
    private readonly LogEscape _escape;
    private readonly Piece[] _pieces;

    private AccessLogFormat(LogEscape escape, Piece[] pieces) => (_escape, _pieces) = (escape, pieces);

    /// <summary>Names in the text that are no variables: a hyphen stands for each.</summary>
    public IReadOnlyList<string> Unknown { get; private init; } = [];

    /// <summary>Reads nginx's syntax: <c>$name</c> and <c>${name}</c>.</summary>
    public static AccessLogFormat Parse(string format, LogEscape escape)
    {
        var pieces = new List<Piece>();
        var unknown = new List<string>();
        var text = new StringBuilder();
        var at = 0;
        while (at < format.Length)
        {
            if (format[at] != '$' || NameAt(format, at, out var end) is not { } name)
            {
                text.Append(format[at++]);
                continue;
            }
            var value = LogVariables.Find(name);
            if (value is null)
                unknown.Add(name);
            pieces.Add(new Piece(Bytes(text), value ?? ((line, in _) => line.Nothing())));
            text.Clear();
            at = end;
        }
        text.Append('\n');
        pieces.Add(new Piece(Bytes(text), null));
        return new AccessLogFormat(escape, [.. pieces]) { Unknown = unknown };
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

    private static string? NameAt(string format, int dollar, out int end)
    {
        var start = dollar + 1;
        var braces = start < format.Length && format[start] == '{';
        if (braces)
            start++;
        end = start;
        while (end < format.Length && (char.IsAsciiLetterOrDigit(format[end]) || format[end] == '_'))
            end++;
        var name = format[start..end];
        if (name.Length == 0)
            return null;
        if (!braces)
            return name;
        if (end >= format.Length || format[end] != '}')
            return null;
        end++;
        return name;
    }

    private static byte[] Bytes(StringBuilder text) => Encoding.UTF8.GetBytes(text.ToString());

    /// <summary>A text and the value after it, but for the last.</summary>
    private readonly record struct Piece(byte[] Text, LogValue? Value);
}
