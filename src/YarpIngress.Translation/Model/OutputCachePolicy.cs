namespace YarpIngress.Translation.Model;

/// <summary>
/// <c>output-cache-policy</c>: which answers of pods are kept, and given to others who ask for the same. Kept by each replica for itself,
/// by each route.
/// </summary>
public sealed record OutputCachePolicy
{
    /// <summary>The name of the policy.</summary>
    public required string Name { get; init; }

    /// <summary><c>Expiration</c>: how long an answer is kept; a minute by default.</summary>
    public TimeSpan Expiration { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// <c>VaryByQuery</c>: the parameters of the query that make another answer; null for the whole query, which is the default.
    /// </summary>
    public EquatableArray<string>? QueryNames { get; init; }

    /// <summary><c>VaryByHeader</c>: the headers of a request that make another answer; none by default.</summary>
    public EquatableArray<string> HeaderNames { get; init; }

    /// <summary><c>MaximumBodySize</c>: answers with more bytes are not kept; 1 MiB by default.</summary>
    public int MaximumBodySize { get; init; } = 1024 * 1024;

    /// <summary><c>AllowCookies</c>: whether requests with cookies are served from it too; false by default.</summary>
    public bool AllowsCookies { get; init; }

    /// <summary>
    /// <c>Locking</c>: whether, of requests that come at once for an answer that is not there, one asks a pod and the others wait for it;
    /// true by default.
    /// </summary>
    public bool Locks { get; init; } = true;
}
