namespace YarpIngress.Translation.Model;

/// <summary>Policies that the global ConfigMap defines under a name, for annotations to refer to.</summary>
public sealed record NamedPolicies
{
    /// <summary>None.</summary>
    public static NamedPolicies None { get; } = new();

    /// <summary><c>timeout-policies</c>: how long a request may take as a whole.</summary>
    public EquatableArray<NamedPolicy<TimeSpan>> Timeouts { get; init; }

    /// <summary><c>cors-policies</c>: what other sites' pages may do.</summary>
    public EquatableArray<NamedPolicy<CorsPolicy>> Cors { get; init; }

    /// <summary><c>rate-limiter-policies</c>: how many requests are let through.</summary>
    public EquatableArray<NamedPolicy<RateLimiterPolicy>> RateLimiters { get; init; }

    /// <summary><c>output-cache-policies</c>: which answers are kept.</summary>
    public EquatableArray<NamedPolicy<OutputCachePolicy>> OutputCaches { get; init; }

    /// <summary><c>authorization-policies</c>: which requests are let through.</summary>
    public EquatableArray<NamedPolicy<AuthorizationPolicy>> Authorizations { get; init; }

    /// <summary>Definitions that are of no use: whatever refers to them is closed.</summary>
    public EquatableArray<BrokenPolicy> Broken { get; init; }
}

/// <summary>A policy under a name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Policy">What it says.</param>
public sealed record NamedPolicy<T>(string Name, T Policy);

/// <summary>A definition that is of no use.</summary>
/// <param name="Key">The key of the ConfigMap that it is in.</param>
/// <param name="Name">The name.</param>
/// <param name="Error">What is wrong with it; follows its name in a sentence.</param>
public readonly record struct BrokenPolicy(string Key, string Name, string Error);
