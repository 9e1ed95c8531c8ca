using System.Buffers;
using Microsoft.Net.Http.Headers;

namespace YarpIngress.Pipeline.Headers;

/// <summary>Which of the client's headers a pod gets, beyond the hop-by-hop ones that YARP drops by itself.</summary>
internal static class RequestHeaderRules
{
    // As ingress-nginx with ignore-invalid-headers on and underscores off: to a CGI-like server X_Real_IP and X-Real-IP
    // are one header, so that the first would speak for the gateway.
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Applies the rules to a request whose headers were copied.</summary>
    public static void Apply(IHeaderDictionary incoming, HttpRequestMessage outgoing)
    {
        var headers = outgoing.Headers;
        List<string>? invalid = null;
        foreach (var (name, _) in headers.NonValidated)
        {
            if (name.AsSpan().ContainsAnyExcept(NameCharacters))
                (invalid ??= []).Add(name);
        }
        foreach (var name in invalid ?? [])
            headers.Remove(name);

        if (incoming.Connection is { Count: > 0 } connection)
            RemoveNamed(connection.ToString(), outgoing);

        // httpoxy: CGI-like servers read it as HTTP_PROXY.
        headers.Remove("Proxy");
        // Request trailers are not forwarded, so none may be announced.
        headers.Remove(HeaderNames.Trailer);
        // YARP takes it for a hop-by-hop header; it is a browser's wish to the site.
        if (incoming.UpgradeInsecureRequests is { Count: > 0 } wish)
            headers.TryAddWithoutValidation(HeaderNames.UpgradeInsecureRequests, wish.ToString());
    }

    /// <summary>RFC 9110, 7.6.1: what Connection names is for this hop only.</summary>
    /// <remarks>
    /// As far as it is known: Kestrel keeps <c>close</c>, <c>keep-alive</c> or <c>Upgrade</c> alone when one is among
    /// them.
    /// </remarks>
    private static void RemoveNamed(ReadOnlySpan<char> connection, HttpRequestMessage outgoing)
    {
        foreach (var range in connection.Split(','))
        {
            var name = connection[range].Trim();
            if (name.IsEmpty
                || name.Equals("keep-alive", StringComparison.OrdinalIgnoreCase)
                || name.Equals("close", StringComparison.OrdinalIgnoreCase)
                || name.Equals("upgrade", StringComparison.OrdinalIgnoreCase)
                // No client may take the host from a request: the pod would see another one than was routed by.
                || name.Equals("host", StringComparison.OrdinalIgnoreCase))
                continue;
            var text = name.ToString();
            if (outgoing.Headers.NonValidated.Contains(text))
                outgoing.Headers.Remove(text);
        }
    }
}
