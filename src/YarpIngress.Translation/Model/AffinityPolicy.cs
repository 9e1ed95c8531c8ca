namespace YarpIngress.Translation.Model;

/// <summary><c>affinity: cookie</c>: the requests of one browser go to one endpoint.</summary>
public sealed record AffinityPolicy
{
    /// <summary><c>affinity</c>; false only while the annotations are read.</summary>
    public bool Enabled { get; init; }

    /// <summary><c>affinity-mode</c>: what happens to sessions when endpoints come and go. Default: balanced.</summary>
    public AffinityMode Mode { get; init; }

    /// <summary><c>session-cookie-name</c>. Default: <c>INGRESSCOOKIE</c>.</summary>
    public string CookieName { get; init; } = "INGRESSCOOKIE";

    /// <summary><c>session-cookie-path</c>; null is the path of the route.</summary>
    public string? CookiePath { get; init; }

    /// <summary><c>session-cookie-domain</c>; null sends none, and the cookie is for the host alone.</summary>
    public string? CookieDomain { get; init; }

    /// <summary><c>session-cookie-expires</c>: seconds from when it is set; null lasts as long as the browser runs.</summary>
    public int? Expires { get; init; }

    /// <summary><c>session-cookie-max-age</c>: seconds; null sends none.</summary>
    public int? MaxAge { get; init; }

    /// <summary><c>session-cookie-samesite</c>; null sends none.</summary>
    public CookieSameSite? SameSite { get; init; }

    /// <summary>
    /// <c>session-cookie-conditional-samesite-none</c>: no SameSite=None for browsers that misunderstand it. Default: false.
    /// </summary>
    public bool ConditionalSameSiteNone { get; init; }

    /// <summary><c>session-cookie-secure</c>: always Secure; otherwise only on requests that came over TLS. Default: false.</summary>
    public bool Secure { get; init; }

    /// <summary>
    /// <c>session-cookie-change-on-failure</c>: a failed try moves the session to another endpoint; otherwise the same one is tried
    /// again. Default: false.
    /// </summary>
    public bool ChangeOnFailure { get; init; }
}

/// <summary>What happens to sessions when endpoints come and go.</summary>
public enum AffinityMode
{
    /// <summary>The cookie holds a number; a share of the sessions moves to new endpoints.</summary>
    Balanced,

    /// <summary>The cookie names the endpoint; a session stays until its endpoint is gone.</summary>
    Persistent,
}

/// <summary>The SameSite attribute of a cookie.</summary>
public enum CookieSameSite
{
    /// <summary>Sent with requests from other sites too.</summary>
    None,

    /// <summary>Sent when a link of another site is followed.</summary>
    Lax,

    /// <summary>Sent with requests from the same site only.</summary>
    Strict,
}
