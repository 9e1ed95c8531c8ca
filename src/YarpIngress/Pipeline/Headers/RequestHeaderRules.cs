using System.Buffers;
using System.Collections.Frozen;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
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

    private static readonly FrozenSet<string> Withheld = HopByHopHeaders.Names
        .Concat(OwnHeaders.Names)
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
    /// <param name="name">The name.</param>
    /// <param name="characters">What names may be made of; see <see cref="Characters"/>.</param>
    public static bool IsForwarded(string name, SearchValues<char> characters) =>
        !Withheld.Contains(name)
        && !name.AsSpan().ContainsAnyExcept(characters)
        // To a CGI-like server X_Real_IP, X.Real.IP and X-Real-IP are one header: the first would speak for the gateway.
        && (ReferenceEquals(characters, PlainCharacters) || !name.AsSpan().ContainsAnyExcept(PlainCharacters) || !Impersonated.Contains(AsPlain(name)));

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
    public static void Apply(IHeaderDictionary incoming, HttpRequestMessage outgoing, SearchValues<char> characters)
    {
        var headers = outgoing.Headers;
        List<string>? withheld = null;
        foreach (var (name, _) in headers.NonValidated)
        {
            if (!IsForwarded(name, characters))
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

    /// <summary>The name that CGI-like servers can't tell from this one.</summary>
    public static string AsPlain(string name) => !name.AsSpan().ContainsAnyExcept(PlainCharacters)
        ? name
        : string.Create(name.Length, name, static (plain, text) =>
        {
            for (var i = 0; i < text.Length; i++)
                plain[i] = PlainCharacters.Contains(text[i]) ? text[i] : '-';
        });
}
