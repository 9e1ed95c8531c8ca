using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Text;
using YarpIngress.Translation.Variables;

namespace YarpIngress.Translation.Model;

/// <summary>The URL of an authentication service, taken apart so that no variable can move the request to another server.</summary>
public sealed record AuthUrl
{
    private const string FormText = "must be a URL that begins with http:// or https:// and a host";

    // What a client can't choose, and the host that it was routed by.
    private static readonly FrozenSet<string> HostVariables =
        FrozenSet.Create("host", "server_name", "namespace", "ingress_name", "service_name");

    // A variable that begins with a slash: the host ends before it.
    private static readonly FrozenSet<string> PathVariables = FrozenSet.Create("request_uri", "uri", "document_uri");

    private AuthUrl()
    {
    }

    /// <summary>As it was written.</summary>
    public required string Source { get; init; }

    /// <summary>Whether it is https.</summary>
    public required bool IsTls { get; init; }

    /// <summary>Name or address, without a port; an IPv6 address is in brackets.</summary>
    public required VariableText Host { get; init; }

    /// <summary>The port.</summary>
    public required int Port { get; init; }

    /// <summary>Path and query.</summary>
    public required VariableText Target { get; init; }

    /// <summary>
    /// Whether the host is the one that a client asked for: where any host is served, the client would choose who decides.
    /// </summary>
    public bool IsClientsHost => Host.Parts.Any(part => part.Variable is "host");

    /// <summary>Reads a URL.</summary>
    /// <exception cref="FormatException">It is none, or none that may be asked.</exception>
    public static AuthUrl Parse(string text)
    {
        var url = text.Trim();
        var isTls = url.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        if (!UrlText.MayBe(url)
            || (!isTls && !url.StartsWith("http://", StringComparison.OrdinalIgnoreCase)))
            throw new FormatException($"{FormText}, of at most {UrlText.Longest} characters that a URL may have");
        if (url.Contains('#'))
            throw new FormatException("must have no fragment, which is never sent");

        var rest = VariableText.Parse(url[(isTls ? "https://" : "http://").Length..]);
        var authority = new StringBuilder();
        var target = new StringBuilder();
        foreach (var part in rest.Parts)
        {
            var end = part.Literal?.AsSpan().IndexOfAny("/?") ?? (PathVariables.Contains(part.Variable ?? "") ? 0 : -1);
            if (target.Length > 0 || end == 0)
                target.Append(Written(part));
            else if (end < 0)
                authority.Append(HostPart(part));
            else
            {
                authority.Append(part.Literal, 0, end);
                target.Append(part.Literal, end, part.Literal!.Length - end);
            }
        }
        var (host, port) = HostAndPort(authority.ToString());
        return new AuthUrl
        {
            Source = url,
            IsTls = isTls,
            Host = VariableText.Parse(host),
            Port = port ?? (isTls ? 443 : 80),
            Target = VariableText.Parse(target.ToString() is { Length: > 0 } given ? given : "/"),
        };
    }

    /// <inheritdoc/>
    public bool Equals(AuthUrl? other) => other is not null && Source == other.Source;

    /// <inheritdoc/>
    public override int GetHashCode() => Source.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => Source;

    private static string Written(VariablePart part) => part.Literal
        // Headers have hyphens where variables have underscores.
        ?? $"${{{part.Variable}{(part.Variable is "arg_" or "cookie_" ? part.Member : part.Member.Replace('-', '_'))}}}";

    private static string HostPart(VariablePart part)
    {
        if (part.Literal is { } literal)
            return literal;
        // Whatever port a client names: another service of the same host must not be the one that decides.
        if (part is { Variable: "best_http_host" } or { Variable: "http_", Member: "host" })
            return "${host}";
        return HostVariables.Contains(part.Variable ?? "")
            ? Written(part)
            : throw new FormatException(
                $"must not have {Written(part)} in its host, since clients could choose who decides; $host, $http_host, $best_http_host, "
                + "$server_name, $namespace, $ingress_name and $service_name may stand there");
    }

    private static (string Host, int? Port) HostAndPort(string authority)
    {
        var colon = authority.LastIndexOf(':');
        var hasPort = colon > authority.LastIndexOf(']');
        var host = hasPort ? authority[..colon] : authority;
        int? port = null;
        if (hasPort)
            port = int.TryParse(authority.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number is > 0 and <= 65535
                ? number
                : throw new FormatException("must have a port from 1 to 65535, or none");
        var isAddress = host.StartsWith('[') && host.EndsWith(']') && !host.Contains('%') && IPAddress.TryParse(host[1..^1], out _);
        return isAddress || IsName(host) ? (host, port) : throw new FormatException(FormText);
    }

    /// <summary>Letters, digits, underscores as some container names have them, and variables.</summary>
    private static bool IsName(string host)
    {
        var plain = new StringBuilder();
        foreach (var part in VariableText.Parse(host).Parts)
            plain.Append(part.Literal ?? "x");
        var name = plain.ToString();
        return name.Length is > 0 and <= 253 && name[0] is not ('.' or '-') && !name.Contains("..", StringComparison.Ordinal)
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_');
    }
}
