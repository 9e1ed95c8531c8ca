using System.Net;
using YarpIngress.Options;
using YarpIngress.Proxy.Routing;
using YarpIngress.Translation.Model;

namespace YarpIngress.Commands.Explain;

/// <summary>The request to explain, read as the data plane would read it.</summary>
internal sealed record ExplainedRequest
{
    /// <summary>Such as GET.</summary>
    public required string Method { get; init; }

    /// <summary><c>http</c> or <c>https</c>.</summary>
    public required string Scheme { get; init; }

    /// <summary>Lower-case, without port.</summary>
    public required string Host { get; init; }

    /// <summary>The path in the form by which it is matched.</summary>
    public required string Path { get; init; }

    /// <summary>Path and query as they were written.</summary>
    public required string Target { get; init; }

    /// <summary>Who connects; null when nobody said so.</summary>
    public string? Client => Peer?.ToString();

    /// <summary>The same as an address.</summary>
    internal IPAddress? Peer { get; init; }

    /// <summary>Its headers, but for the host.</summary>
    internal IHeaderDictionary Headers { get; init; } = new HeaderDictionary();

    /// <summary>What of it, beside host and path, can decide about its route.</summary>
    internal RequestFacts Facts => new(Method, Headers, Target);

    /// <summary>Whether it comes over TLS.</summary>
    internal bool IsTls => Scheme == "https";

    /// <summary>Reads what <c>explain</c> was given; throws <see cref="UsageException"/>.</summary>
    /// <param name="url">With or without scheme.</param>
    /// <param name="method">Such as GET.</param>
    /// <param name="headers"><c>Name: value</c>; <c>Host</c> decides the host, as with curl.</param>
    /// <param name="client">The address of the client, or of the proxy that passes the request on; null when it does not matter.</param>
    public static ExplainedRequest Parse(string url, string method, IEnumerable<string> headers, string? client = null)
    {
        var peer = PeerOf(client);
        var text = url.Contains("://", StringComparison.Ordinal) ? url : "http://" + url;
        var scheme = text[..text.IndexOf("://", StringComparison.Ordinal)].ToLowerInvariant();
        if (scheme is not ("http" or "https"))
            throw new UsageException($"explain: {url}: the scheme must be http or https, or tcp or udp for a port");
        var rest = text[(scheme.Length + 3)..];
        var end = rest.IndexOfAny(['/', '?', '#']);
        var authority = end < 0 ? rest : rest[..end];
        var target = end < 0 ? "/" : rest[end..];
        // A fragment never leaves the client.
        if (target.IndexOf('#') is >= 0 and var fragment)
            target = target[..fragment];
        if (!target.StartsWith('/'))
            target = "/" + target;

        var sent = new HeaderDictionary();
        foreach (var header in headers)
        {
            var colon = header.IndexOf(':');
            if (colon <= 0)
                throw new UsageException($"explain: -H '{header}': must be 'Name: value'");
            if (header[..colon].Trim().Equals("Host", StringComparison.OrdinalIgnoreCase))
                authority = header[(colon + 1)..].Trim();
            else
                sent.Append(header[..colon].Trim(), header[(colon + 1)..].Trim());
        }
        if (!RequestHost.TryParse(authority, out var host))
            throw new UsageException($"explain: \"{authority}\" is no host name; such a request is answered 400");
        if (!RequestPath.TryFindPathAndQuery(target, out var start)
            || !RequestPath.TryNormalize(target.AsSpan(start), new char[target.Length + 1], out var path))
            throw new UsageException($"explain: \"{target}\" is no usable path; such a request is answered 400");
        return new ExplainedRequest
        {
            Method = method,
            Scheme = scheme,
            Host = host.ToString().ToLowerInvariant(),
            Path = path.ToString(),
            Target = target,
            Headers = sent,
            Peer = peer,
        };
    }

    /// <summary>The address of <c>--client</c>; null without one. Throws <see cref="UsageException"/>.</summary>
    internal static IPAddress? PeerOf(string? client) => client is null ? null
        : AddressText.TryParse(client, out var address) ? address
        : throw new UsageException($"explain: --client {client}: must be an address");
}
