using System.Globalization;
using System.Text;
using Microsoft.Extensions.Primitives;
using YarpIngress.Pipeline.Headers;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Affinity;

/// <summary>The cookie of a session: a key that leads to an endpoint, a bar, and the id of the backend.</summary>
internal static class SessionCookie
{
    private const char Delimiter = '|';

    /// <summary>Reads it; both are empty without a cookie, the id is in one that another program gave out.</summary>
    public static void Read(GatewayRequest request, AffinityPolicy policy, out ReadOnlySpan<char> key, out ReadOnlySpan<char> backendId)
    {
        backendId = default;
        if (!CookieHeader.TryGet(request.Context.Request.Headers.Cookie, policy.CookieName, out key))
            return;
        var bar = key.IndexOf(Delimiter);
        if (bar < 0)
            return;
        backendId = key[(bar + 1)..];
        key = key[..bar];
    }

    /// <summary>Whether the session is with the backend of <paramref name="affinity"/>.</summary>
    public static bool IsWith(GatewayRequest request, RouteAffinity affinity)
    {
        Read(request, affinity.Policy, out _, out var backendId);
        return backendId.SequenceEqual(affinity.BackendId);
    }

    /// <summary>Adds it to the answer.</summary>
    public static void Write(GatewayRequest request, RouteAffinity affinity, string key, DateTimeOffset now)
    {
        var headers = request.Context.Response.Headers;
        headers.SetCookie = StringValues.Concat(headers.SetCookie, Text(request, affinity, key, now));
    }

    private static string Text(GatewayRequest request, RouteAffinity affinity, string key, DateTimeOffset now)
    {
        var policy = affinity.Policy;
        var text = new StringBuilder(192);
        text.Append(policy.CookieName).Append('=').Append(key).Append(Delimiter).Append(affinity.BackendId);
        if (policy.Expires is { } expires)
            text.Append("; Expires=").Append(now.AddSeconds(expires).ToString("R", CultureInfo.InvariantCulture));
        if (policy.MaxAge is { } age)
            text.Append("; Max-Age=").Append(age.ToString(CultureInfo.InvariantCulture));
        if (policy.CookieDomain is { } domain)
            text.Append("; Domain=").Append(domain);
        text.Append("; Path=").Append(affinity.CookiePath);
        if (policy.Secure || request.Scheme == "https")
            text.Append("; Secure");
        text.Append("; HttpOnly");
        if (policy.SameSite is { } sameSite && !IsWithheld(request, policy))
            text.Append("; SameSite=").Append(sameSite);
        return text.ToString();
    }

    private static bool IsWithheld(GatewayRequest request, AffinityPolicy policy) =>
        policy is { ConditionalSameSiteNone: true, SameSite: CookieSameSite.None }
        && !SameSiteNone.IsUnderstoodBy(request.Context.Request.Headers.UserAgent.ToString());
}
