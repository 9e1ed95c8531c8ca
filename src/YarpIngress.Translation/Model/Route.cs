using YarpIngress.Kubernetes;

namespace YarpIngress.Translation.Model;

/// <summary>One path of one host and the backend that serves it.</summary>
public sealed record Route
{
    /// <summary>How <see cref="Path"/> is matched.</summary>
    public required PathMatch Match { get; init; }

    /// <summary>
    /// The path, case-sensitive, beginning with a slash. For <see cref="PathMatch.Prefix"/> without a trailing slash
    /// (but for the root), since a prefix matches by path elements. For <see cref="PathMatch.Regex"/> the expression as it
    /// was written.
    /// </summary>
    public required string Path { get; init; }

    /// <summary>The Ingress that the route comes from.</summary>
    public required ObjectKey Ingress { get; init; }

    /// <summary>What the annotations of the Ingress ask for.</summary>
    public RoutePolicies Policies { get; init; } = RoutePolicies.None;

    /// <summary>
    /// Whether requests over plain HTTP are sent to HTTPS: the redirect is on and the host has a certificate, or it is forced.
    /// </summary>
    public bool RedirectsToHttps { get; init; }

    /// <summary>The backend that serves it; its Service and port name logs and metrics.</summary>
    public required BackendKey Backend { get; init; }

    /// <summary>What takes a part of its requests; null without a canary.</summary>
    public CanaryRoute? Canary { get; init; }
}

/// <summary>How a path is matched; see the table in the Ingress documentation.</summary>
public enum PathMatch
{
    /// <summary>The whole path, byte for byte.</summary>
    Exact,

    /// <summary>By path elements: <c>/foo</c> matches <c>/foo</c>, <c>/foo/</c> and <c>/foo/bar</c>, not <c>/foobar</c>.</summary>
    Prefix,

    /// <summary>
    /// By characters: <c>/foo</c> matches <c>/foobar</c> too. What ingress-nginx makes of ImplementationSpecific
    /// (an nginx <c>location /foo</c>).
    /// </summary>
    StringPrefix,

    /// <summary>
    /// By a regular expression at the beginning of the path, in any case: what <c>use-regex</c> and <c>rewrite-target</c> make of
    /// every path of a host. Of several the longest text counts, then the last in alphabetical order.
    /// </summary>
    Regex,
}
