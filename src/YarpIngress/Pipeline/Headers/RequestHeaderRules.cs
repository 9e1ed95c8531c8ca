using System.Buffers;
using System.Collections.Frozen;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace YarpIngress.Pipeline.Headers;

/// <summary>Which of the client's headers a pod gets. Host and the length of the body are not among what is decided here.</summary>
internal static class RequestHeaderRules
{
    // As ingress-nginx with ignore-invalid-headers on and underscores off: to a CGI-like server X_Real_IP and X-Real-IP
    // are one header, so that the first would speak for the gateway.
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly FrozenSet<string> Withheld = HopByHopHeaders.Names
        .Concat(OwnHeaders.Names)
        // httpoxy: CGI-like servers read it as HTTP_PROXY.
        .Append("Proxy")
        // Request trailers are not forwarded, so none may be announced.
        .Append(HeaderNames.Trailer)
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a header of this name passes.</summary>
    public static bool IsForwarded(string name) => !Withheld.Contains(name) && !name.AsSpan().ContainsAnyExcept(NameCharacters);

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
    public static void Apply(IHeaderDictionary incoming, HttpRequestMessage outgoing)
    {
        var headers = outgoing.Headers;
        List<string>? withheld = null;
        foreach (var (name, _) in headers.NonValidated)
        {
            if (!IsForwarded(name))
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
}
