namespace YarpIngress.Translation.Model;

/// <summary>How redirects look and which requests are sent to HTTPS: what an Ingress says, over what the global ConfigMap says.</summary>
public sealed record RedirectSettings
{
    /// <summary>Without any annotation and any ConfigMap.</summary>
    public static RedirectSettings Default { get; } = new();

    /// <summary><c>ssl-redirect</c>: requests over plain HTTP are sent to HTTPS where the host has a certificate. Default true.</summary>
    public bool ToHttps { get; init; } = true;

    /// <summary><c>force-ssl-redirect</c>: the same, whether the host has a certificate or not. Default false.</summary>
    public bool ForceHttps { get; init; }

    /// <summary><c>preserve-trailing-slash</c>: whether the redirect to HTTPS keeps a slash at the end. Default false.</summary>
    public bool PreserveTrailingSlash { get; init; }

    /// <summary><c>use-port-in-redirects</c>: whether the redirect to HTTPS names the HTTPS port. Default false.</summary>
    public bool UsePort { get; init; }

    /// <summary><c>relative-redirects</c>: whether a redirect to a path names no host. Default false.</summary>
    public bool Relative { get; init; }

    /// <summary><c>http-redirect-code</c>: status of redirects to HTTPS and of <c>from-to-www-redirect</c>. Default 308.</summary>
    public int Status { get; init; } = 308;

    /// <summary><c>permanent-redirect-code</c>. Default 301.</summary>
    public int PermanentStatus { get; init; } = 301;

    /// <summary><c>temporal-redirect-code</c>. Default 302.</summary>
    public int TemporalStatus { get; init; } = 302;

    /// <summary><c>no-tls-redirect-locations</c>: routes whose path begins with one of these are not redirected to HTTPS.</summary>
    public EquatableArray<string> PlainPaths { get; init; } = ["/.well-known/acme-challenge"];
}
