using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;

namespace YarpIngress.LocalCluster.Pods.Echo;

/// <summary>What a request's query asks of the answer. A bad value is answered with 400 and a line that says why.</summary>
internal sealed record EchoDirectives
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(10);

    /// <summary><c>hx_status=503</c>: 200 to 599.</summary>
    public int? Status { get; private init; }

    /// <summary><c>hx_delay=1.5</c>: seconds, at most 600. Of an event stream, the time between events.</summary>
    public TimeSpan Delay { get; private init; }

    /// <summary><c>hx_size=1048576</c>: bytes of the answer's body.</summary>
    public long? Size { get; private init; }

    /// <summary><c>hx_h=Name:%20value</c>, repeatable.</summary>
    public List<(string Name, string Value)> Headers { get; } = [];

    /// <summary><c>hx_stream=1</c>: the answer starts at once and repeats the request body byte for byte as it arrives.</summary>
    public bool Stream { get; private init; }

    /// <summary><c>hx_events=5</c>: events of an event stream.</summary>
    public int Events { get; private init; } = 5;

    public static bool TryParse(string? query, out EchoDirectives directives, [NotNullWhen(false)] out string? error)
    {
        directives = new EchoDirectives();
        error = null;
        foreach (var pair in new QueryStringEnumerable(query))
        {
            if (!pair.EncodedName.Span.StartsWith("hx_"))
                continue;
            var value = pair.DecodeValue().ToString();
            (directives, error) = Parse(directives, pair.DecodeName().ToString(), value);
            if (error is not null)
                return false;
        }

        return true;
    }

    public void ApplyTo(HttpResponse response)
    {
        if (Status is { } status)
            response.StatusCode = status;
        foreach (var (name, value) in Headers)
            response.Headers.Append(name, value);
    }

    private static (EchoDirectives, string?) Parse(EchoDirectives so, string name, string value)
    {
        var culture = CultureInfo.InvariantCulture;
        switch (name)
        {
            case "hx_status":
                return int.TryParse(value, NumberStyles.None, culture, out var status) && status is >= 200 and <= 599
                    ? (so with { Status = status }, null)
                    : (so, $"hx_status={value}: a status from 200 to 599");
            case "hx_delay":
                return double.TryParse(value, NumberStyles.AllowDecimalPoint, culture, out var seconds)
                    && seconds <= LongestDelay.TotalSeconds
                    ? (so with { Delay = TimeSpan.FromSeconds(seconds) }, null)
                    : (so, $"hx_delay={value}: seconds from 0 to {LongestDelay.TotalSeconds}, such as 1.5");
            case "hx_size":
                return long.TryParse(value, NumberStyles.None, culture, out var size)
                    ? (so with { Size = size }, null)
                    : (so, $"hx_size={value}: a number of bytes");
            case "hx_events":
                return int.TryParse(value, NumberStyles.None, culture, out var events)
                    ? (so with { Events = events }, null)
                    : (so, $"hx_events={value}: a number of events");
            case "hx_stream":
                return (so with { Stream = value is not ("0" or "false") }, null);
            case "hx_h":
                return AddHeader(so, value);
            default:
                return (so, null);
        }
    }

    private static (EchoDirectives, string?) AddHeader(EchoDirectives so, string header)
    {
        var colon = header.IndexOf(':');
        var name = colon < 0 ? "" : header[..colon].Trim();
        var value = header[(colon + 1)..].Trim();
        if (name.Length == 0 || name.Any(c => !char.IsAsciiLetterOrDigit(c) && !"!#$%&'*+-.^_`|~".Contains(c)))
            return (so, $"hx_h={header}: a header as 'Name: value'");
        if (value.Any(c => c is < ' ' and not '\t' or > '~'))
            return (so, $"hx_h={header}: a value of visible ASCII characters");
        if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
            || name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            return (so, $"hx_h={header}: this header frames the answer; hx_size sets the length");
        so.Headers.Add((name, value));
        return (so, null);
    }
}
