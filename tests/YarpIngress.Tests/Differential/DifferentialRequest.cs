namespace YarpIngress.Tests.Differential;

/// <summary>A line such as <c>POST /path Name: value | Other: value &lt; body</c>.</summary>
/// <param name="Line">The line as it is written.</param>
/// <param name="Differs">Whether the answers are known to differ.</param>
/// <param name="Text">What is sent.</param>
internal sealed record DifferentialRequest(string Line, bool Differs, string Text)
{
    public static DifferentialRequest Parse(string line, string host)
    {
        var differs = line.StartsWith("! ", StringComparison.Ordinal);
        var (head, body) = (differs ? line[2..] : line).Split(" < ", 2) switch
        {
            [var left, var right] => (left, right),
            var whole => (whole[0], null),
        };
        var (method, target, headers) = head.Split(' ', 3) switch
        {
            [var verb, var uri, var rest] => (verb, uri, rest.Split(" | ")),
            [var verb, var uri] => (verb, uri, []),
            _ => throw new FormatException(line),
        };
        var text = $"{method} {target} HTTP/1.1\r\n";
        if (!headers.Any(header => header.StartsWith("Host:", StringComparison.Ordinal)))
            text += $"Host: {host}\r\n";
        text += string.Concat(headers.Select(header => header + "\r\n"));
        if (body is not null)
            text += $"Content-Length: {body.Length}\r\n";
        return new(line, differs, $"{text}Connection: close\r\n\r\n{body}");
    }
}
