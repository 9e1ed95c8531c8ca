using System.Buffers;
using System.Collections.Frozen;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using YarpIngress.Pipeline.ClientCertificates;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Pipeline.Headers;

/// <summary>Which of the client's headers a pod gets. Host and the length of the body are not among what is decided here.</summary>
internal static class RequestHeaderRules
{
    private const string Plain = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    // ignore-invalid-headers on and enable-underscores-in-headers off, which is the default.
    private static readonly SearchValues<char> PlainCharacters = SearchValues.Create(Plain);

    private static readonly SearchValues<char> UnderscoreCharacters = SearchValues.Create(Plain + "_");

    // RFC 9110, 5.6.2: token, which is all that Kestrel lets through.
    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create(Plain + "_!#$%&'*+.^`|~");

    // What only a proxy in front can know: by which way the request came to it, and what it was before that changed it. Servers
    // believe it (the second and third name another path than was routed by), so that it passes from a trusted proxy alone.
    private static readonly FrozenSet<string> Claims = new[]
    {
        "Forwarded", "X-Original-URL", "X-Rewrite-URL", OwnHeaders.XForwardedPrefix, "X-Forwarded-Server", "X-Forwarded-Ssl",
        "X-Forwarded-Protocol", "X-Url-Scheme", "Front-End-Https",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Withheld = HopByHopHeaders.Names
        .Concat(OwnHeaders.Names)
        .Concat(Claims)
        // Whatever the host: a pod may believe them.
        .Concat(ClientCertificateHeaders.Names)
        // httpoxy: CGI-like servers read it as HTTP_PROXY.
        .Append("Proxy")
        // Request trailers are not forwarded, so none may be announced.
        .Append(HeaderNames.Trailer)
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Impersonated = Withheld
        .Concat([HeaderNames.Host, HeaderNames.ContentLength])
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>What names may be made of.</summary>
    public static SearchValues<char> Characters(HeaderSettings settings) =>
        !settings.DropsInvalid ? TokenCharacters : settings.AllowsUnderscores ? UnderscoreCharacters : PlainCharacters;

    /// <summary>Whether a header of this name passes.</summary>
    /// <exception cref="BadHttpRequestException">
    /// It is no name at all (RFC 9110, 5.6.2); without its first character it may be another one to a proxy in front.
    /// </exception>
    public static bool IsForwarded(string name, GatewayRequest request)
    {
        if (Withheld.Contains(name))
            return Claims.Contains(name) && request.IsFromTrustedProxy;
        var characters = request.Headers.Names;
        if (name.AsSpan().ContainsAnyExcept(characters))
            return name.AsSpan().ContainsAnyExcept(TokenCharacters) ? throw NoName() : false;
        // To a CGI-like server X_Real_IP, X.Real.IP and X-Real-IP are one header: the first would speak for the gateway.
        return ReferenceEquals(characters, PlainCharacters)
            || !name.AsSpan().ContainsAnyExcept(PlainCharacters)
            || !Impersonated.Contains(AsPlain(name));
    }

    /// <summary>RFC 9110, 7.6.1: what Connection names is for this hop only. Null when it names no header.</summary>
    /// <remarks>
    /// As far as it is known: Kestrel keeps <c>close</c>, <c>keep-alive</c> or <c>Upgrade</c> alone when one is among
    /// them.
    /// </remarks>
    public static List<string>? NamedBy(StringValues connection)
    {
        List<string>? names = null;
        foreach (var line in connection)
        {
            foreach (var range in line.AsSpan().Split(','))
            {
                var name = line.AsSpan(range).Trim();
                // No client may take the host from a request: the pod would see another one than was routed by.
                if (!name.IsEmpty && !HopByHopHeaders.IsOption(name) && !name.Equals("host", StringComparison.OrdinalIgnoreCase))
                    (names ??= []).Add(name.ToString());
            }
        }
        return names;
    }

    /// <summary>Applies the rules to YARP's message, to which all but the hop-by-hop headers were copied.</summary>
    public static void Apply(GatewayRequest request, HttpRequestMessage outgoing)
    {
        var incoming = request.Context.Request.Headers;
        foreach (var (name, _) in incoming)
        {
            // What can't be copied is not among the outgoing.
            if (name.AsSpan().ContainsAnyExcept(TokenCharacters))
                throw NoName();
        }
        var headers = outgoing.Headers;
        List<string>? withheld = null;
        foreach (var (name, _) in headers.NonValidated)
        {
            if (!IsForwarded(name, request))
                (withheld ??= []).Add(name);
        }
        if (NamedBy(incoming.Connection) is { } named)
            (withheld ??= []).AddRange(named.Where(headers.NonValidated.Contains));
        foreach (var name in withheld ?? [])
            headers.Remove(name);

        // YARP takes it for a hop-by-hop header; it is a browser's wish to the site.
        if (incoming.UpgradeInsecureRequests is { Count: > 0 } wish)
            headers.TryAddWithoutValidation(HeaderNames.UpgradeInsecureRequests, wish.ToString());
    }

    private static BadHttpRequestException NoName() => new("A header has a name that is none.");

    /// <summary>The name that CGI-like servers can't tell from this one.</summary>
    public static string AsPlain(string name) => !name.AsSpan().ContainsAnyExcept(PlainCharacters)
        ? name
        : string.Create(name.Length, name, static (plain, text) =>
        {
            for (var i = 0; i < text.Length; i++)
                plain[i] = PlainCharacters.Contains(text[i]) ? text[i] : '-';
        });
}
