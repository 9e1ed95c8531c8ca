using YarpIngress.Kubernetes;
using YarpIngress.Translation.Settings;
using YarpIngress.Translation.Variables;

namespace YarpIngress.Translation.Model;

/// <summary>
/// External authentication: another service is asked about each request before anything of the route answers. As ingress-nginx's
/// annotations of the same names, or as the ConfigMap's <c>global-auth-*</c> keys.
/// </summary>
public sealed record ExternalAuthPolicy
{
    /// <summary><c>auth-signin-redirect-param</c> of those that say nothing.</summary>
    public const string DefaultReturnParameter = "rd";

    /// <summary><c>auth-keepalive-timeout</c> of those that say nothing.</summary>
    public static readonly TimeSpan DefaultIdleTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Of those that ask for nothing.</summary>
    public static ExternalAuthPolicy None { get; } = new();

    /// <summary>
    /// <c>auth-url</c>, <c>global-auth-url</c>: who is asked. Null while annotations are being read, and where
    /// <see cref="Closed"/> is not.
    /// </summary>
    public AuthUrl? Url { get; init; }

    /// <summary>
    /// <c>auth-method</c>, <c>global-auth-method</c>: how the service is asked, which is then told X-Original-URI and X-Scheme too; null is
    /// GET, without these two.
    /// </summary>
    public string? Method { get; init; }

    /// <summary><c>auth-signin</c>, <c>global-auth-signin</c>: where a client goes instead of a 401; null leaves it the 401.</summary>
    public VariableText? SignIn { get; init; }

    /// <summary>
    /// <c>auth-signin-redirect-param</c>, <c>global-auth-signin-redirect-param</c>: the parameter of <see cref="SignIn"/> that names the
    /// URL asked for; <c>rd</c>.
    /// </summary>
    public string ReturnParameter { get; init; } = DefaultReturnParameter;

    /// <summary>
    /// <c>auth-response-headers</c>, <c>global-auth-response-headers</c>: headers of a 2xx answer that pods get, in place of the client's.
    /// </summary>
    public EquatableArray<string> ResponseHeaders { get; init; }

    /// <summary>
    /// <c>auth-request-redirect</c>, <c>global-auth-request-redirect</c>: X-Auth-Request-Redirect of the question; null is path and query
    /// of the request.
    /// </summary>
    public VariableText? RequestRedirect { get; init; }

    /// <summary><c>auth-proxy-set-headers</c>: the ConfigMap with <see cref="Headers"/>; null for none.</summary>
    public ObjectKey? HeadersFrom { get; init; }

    /// <summary>Headers of the question, in place of those that it has otherwise; empty before the ConfigMap was looked at.</summary>
    public EquatableArray<RequestHeader> Headers { get; init; }

    /// <summary>
    /// <c>auth-cache-key</c>, <c>global-auth-cache-key</c>: requests for which this is the same share an answer; null asks for each.
    /// </summary>
    public VariableText? CacheKey { get; init; }

    /// <summary>
    /// <c>auth-cache-duration</c>, <c>global-auth-cache-duration</c>: how long answers are kept; empty is 5 m for 200, 202 and 401.
    /// </summary>
    public EquatableArray<AuthCacheTime> CacheTimes { get; init; }

    /// <summary>
    /// <c>auth-always-set-cookie</c>, <c>global-auth-always-set-cookie</c>: whether clients get the service's cookies with any answer, and
    /// not only with 200, 201, 204, 206, 301, 302, 303, 304, 307 and 308. False by default.
    /// </summary>
    public bool AlwaysSetCookie { get; init; }

    /// <summary><c>auth-keepalive: "0"</c> and the like: whether each question has a connection of its own. False by default.</summary>
    public bool ClosesConnections { get; init; }

    /// <summary><c>auth-keepalive-timeout</c>: how long a connection waits for the next question.</summary>
    public TimeSpan IdleTimeout { get; init; } = DefaultIdleTimeout;

    /// <summary><c>enable-auth-access-log</c>: whether each question is logged.</summary>
    public bool IsLogged { get; init; }

    /// <summary>Whether it is what the ConfigMap asks for and not the Ingress itself.</summary>
    public bool IsGlobal { get; init; }

    /// <summary>
    /// The key of the ConfigMap that can't be read, for whose sake every route that would ask is closed; null when they all can be.
    /// </summary>
    public string? Closed { get; init; }

    /// <summary><c>enable-global-auth: "false"</c>; only while annotations are being read.</summary>
    public bool LeavesGlobal { get; init; }

    /// <summary>How long an answer of this status is kept; zero for not at all.</summary>
    public TimeSpan CacheTime(int status)
    {
        if (CacheTimes.Count == 0)
            return status is 200 or 202 or 401 ? TimeSpan.FromMinutes(5) : TimeSpan.Zero;
        foreach (var time in CacheTimes)
        {
            if (time.Status == status || time.Status == AuthCacheTime.AnyStatus)
                return time.Duration;
        }
        return TimeSpan.Zero;
    }
}

/// <summary>How long answers of a status are kept.</summary>
/// <param name="Status">The status, or <see cref="AnyStatus"/>.</param>
/// <param name="Duration">How long.</param>
public readonly record struct AuthCacheTime(int Status, TimeSpan Duration)
{
    /// <summary>Any that no entry before names.</summary>
    public const int AnyStatus = 0;
}
