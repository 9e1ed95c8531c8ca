using YarpIngress.Kubernetes;

namespace YarpIngress.Translation.Model;

/// <summary>
/// Which requests a canary Ingress takes from the Ingress with the same host and path. The first rule that decides counts:
/// header, cookie, weight.
/// </summary>
public sealed record CanaryPolicy
{
    /// <summary><c>canary</c>; false only while the annotations are read.</summary>
    public bool Enabled { get; init; }

    /// <summary>
    /// <c>canary-by-header</c>: a header whose value <c>always</c> chooses the canary and <c>never</c> the other; null for none.
    /// </summary>
    public string? Header { get; init; }

    /// <summary><c>canary-by-header-value</c>: the value that chooses the canary, instead of <c>always</c> and <c>never</c>.</summary>
    public string? HeaderValue { get; init; }

    /// <summary><c>canary-by-header-pattern</c>: an expression that chooses the canary where it occurs in the value.</summary>
    public string? HeaderPattern { get; init; }

    /// <summary>Whether that can't be read: then the canary takes no request with the header. Default: false.</summary>
    public bool HasBrokenPattern { get; init; }

    /// <summary><c>canary-by-cookie</c>: as <see cref="Header"/>, with a cookie; null for none.</summary>
    public string? Cookie { get; init; }

    /// <summary><c>canary-weight</c>: how many of <see cref="WeightTotal"/> requests it takes that no rule decided. Default: 0.</summary>
    public int Weight { get; init; }

    /// <summary><c>canary-weight-total</c>, at least 100. Default: 100.</summary>
    public int WeightTotal { get; init; } = 100;

    /// <summary>
    /// <c>affinity-canary-behavior: legacy</c>: rules decide every request; otherwise a session stays with the side that served it
    /// first. Default: false.
    /// </summary>
    public bool IgnoresAffinity { get; init; }
}

/// <summary>The canary of one route.</summary>
public sealed record CanaryRoute
{
    /// <summary>The canary Ingress.</summary>
    public required ObjectKey Ingress { get; init; }

    /// <summary>Serves what the canary takes: its Service with its own balancing, else talked to as the route's own.</summary>
    public required BackendKey Backend { get; init; }

    /// <summary>What it takes.</summary>
    public required CanaryPolicy Policy { get; init; }

    /// <summary>Affinity among the canary's endpoints: the route's, or its own when it ignores that one.</summary>
    public AffinityPolicy? Affinity { get; init; }
}
