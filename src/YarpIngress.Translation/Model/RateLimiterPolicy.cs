namespace YarpIngress.Translation.Model;

/// <summary>
/// <c>rate-limiter-policy</c>: how many requests of an Ingress are let through, with the limiters and the names of ASP.NET Core. Counted
/// by each replica for itself, and by each Ingress.
/// </summary>
public sealed record RateLimiterPolicy
{
    /// <summary>The name of the policy.</summary>
    public required string Name { get; init; }

    /// <summary><c>Type</c>: how requests are counted.</summary>
    public required RateLimiterKind Kind { get; init; }

    /// <summary><c>PermitLimit</c>, <c>TokenLimit</c>: how many requests a window, or at once.</summary>
    public required int Permits { get; init; }

    /// <summary>
    /// <c>Window</c>, <c>ReplenishmentPeriod</c>: the time that they are counted in; zero for
    /// <see cref="RateLimiterKind.Concurrency"/>.
    /// </summary>
    public TimeSpan Window { get; init; }

    /// <summary><c>SegmentsPerWindow</c>: how many steps a sliding window takes to pass by; 1 for the others.</summary>
    public int Segments { get; init; } = 1;

    /// <summary>
    /// <c>TokensPerPeriod</c>: how many come back each <see cref="Window"/>; of <see cref="RateLimiterKind.TokenBucket"/> only.
    /// </summary>
    public int TokensPerPeriod { get; init; }

    /// <summary><c>QueueLimit</c>: how many requests may wait for their turn; 0 for none, which is the default.</summary>
    public int QueueLimit { get; init; }

    /// <summary><c>QueueProcessingOrder: NewestFirst</c>: whether the last one to come goes first, in place of the first one.</summary>
    public bool NewestFirst { get; init; }

    /// <summary><c>PartitionBy: Client</c>: whether each address of a client is counted for itself, in place of all together.</summary>
    public bool PerClient { get; init; }

    /// <summary><c>RejectionStatusCode</c>: what refused requests are answered, 429 or 503; 503 by default.</summary>
    public int Status { get; init; } = 503;
}

/// <summary>How requests are counted.</summary>
public enum RateLimiterKind
{
    /// <summary>So many in a time, then none until it is over.</summary>
    FixedWindow,

    /// <summary>So many in any time of this length, in steps of a segment.</summary>
    SlidingWindow,

    /// <summary>Each takes a token; so many come back each period.</summary>
    TokenBucket,

    /// <summary>So many at once.</summary>
    Concurrency,
}
