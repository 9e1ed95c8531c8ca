using System.Buffers.Text;
using System.Text;
using Microsoft.Extensions.Primitives;
using YarpIngress.Pipeline.Headers;
using YarpIngress.Proxy.Routing;

namespace YarpIngress.Observability.AccessLog.Variables;

/// <summary>What the log says of a request.</summary>
internal static class RequestValues
{
    public static string Target(in LogEntry entry) => entry.Request.RawTarget;

    public static void Line(LogLine line, in LogEntry entry)
    {
        line.Unescaped(entry.Context.Request.Method);
        line.Raw(" "u8);
        line.Text(Target(entry));
        line.Raw(" "u8);
        Protocol(line, entry);
    }

    public static void Protocol(LogLine line, in LogEntry entry)
    {
        var protocol = entry.Context.Request.Protocol;
        line.Unescaped(protocol == "HTTP/2" ? "HTTP/2.0" : protocol);
    }

    public static void Path(LogLine line, in LogEntry entry)
    {
        var target = Target(entry);
        var query = target.IndexOf('?');
        line.Text(query < 0 ? target : target.AsSpan(0, query));
    }

    public static void Query(LogLine line, in LogEntry entry)
    {
        var target = Target(entry);
        var query = target.IndexOf('?');
        if (query < 0)
            line.Nothing();
        else
            line.Text(target.AsSpan(query + 1));
    }

    public static void Host(LogLine line, in LogEntry entry)
    {
        if (!RequestHost.TryParse(entry.Context.Request.Headers.Host.ToString(), out var host))
        {
            line.Nothing();
            return;
        }
        Span<char> lower = stackalloc char[256];
        if (host.Length <= lower.Length)
            line.Text(lower[..host.ToLowerInvariant(lower)]);
        else
            line.Text(host);
    }

    public static void Header(LogLine line, in LogEntry entry, string name) => Values(line, entry.Context.Request.Headers[name]);

    public static void Referer(LogLine line, in LogEntry entry) => Values(line, entry.Context.Request.Headers.Referer);

    public static void UserAgent(LogLine line, in LogEntry entry) => Values(line, entry.Context.Request.Headers.UserAgent);

    private static void Values(LogLine line, StringValues value)
    {
        // Several of one name are one with commas; hardly ever, so that the string hardly matters.
        line.Text(value.Count == 0 ? null : value.Count == 1 ? value[0] : string.Join(", ", value!));
    }

    public static void Id(LogLine line, in LogEntry entry) => line.Advance(RequestId.Write(entry.Request, line.Space(128)));

    public static void User(LogLine line, in LogEntry entry)
    {
        var authorization = entry.Context.Request.Headers.Authorization;
        if (authorization is not [{ } value] || !value.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)
            || Decode(value.AsSpan("Basic ".Length).Trim()) is not { } pair)
        {
            line.Nothing();
            return;
        }
        var colon = pair.IndexOf(':');
        line.Text(colon < 0 ? pair : pair.AsSpan(0, colon));
    }

    public static void Cookie(LogLine line, in LogEntry entry, string name) => line.Text(entry.Context.Request.Cookies[name]);

    public static void Argument(LogLine line, in LogEntry entry, string name)
    {
        var target = Target(entry);
        var query = target.IndexOf('?');
        foreach (var pair in target.AsSpan(query < 0 ? target.Length : query + 1).Split('&'))
        {
            var text = target.AsSpan(query + 1)[pair];
            if (text.Length > name.Length && text[name.Length] == '=' && text.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                line.Text(text[(name.Length + 1)..]);
                return;
            }
        }
        line.Nothing();
    }

    private static string? Decode(ReadOnlySpan<char> base64)
    {
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(base64.Length)];
        return Convert.TryFromBase64Chars(base64, bytes, out var written) ? Encoding.Latin1.GetString(bytes, 0, written) : null;
    }
}
