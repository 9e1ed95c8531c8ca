namespace YarpIngress.Translation.Model;

/// <summary>Policies that the global ConfigMap defines under a name, for annotations to refer to.</summary>
public sealed record NamedPolicies
{
    /// <summary>None.</summary>
    public static NamedPolicies None { get; } = new();

    /// <summary><c>timeout-policies</c>.</summary>
    public EquatableArray<NamedTimeout> Timeouts { get; init; }

    /// <summary><c>cors-policies</c>.</summary>
    public EquatableArray<NamedCors> Cors { get; init; }
}

/// <summary>A timeout under a name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Timeout">How long a request may take as a whole.</param>
public readonly record struct NamedTimeout(string Name, TimeSpan Timeout);

/// <summary>What other sites' pages may do, under a name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Policy">What they may do.</param>
public sealed record NamedCors(string Name, CorsPolicy Policy);
