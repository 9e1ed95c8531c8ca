namespace YarpIngress.Translation.Model;

/// <summary>Policies that the global ConfigMap defines under a name, for annotations to refer to.</summary>
/// <param name="Timeouts"><c>timeout-policies</c>.</param>
public sealed record NamedPolicies(EquatableArray<NamedTimeout> Timeouts)
{
    /// <summary>None.</summary>
    public static NamedPolicies None { get; } = new([]);
}

/// <summary>A timeout under a name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Timeout">How long a request may take as a whole.</param>
public readonly record struct NamedTimeout(string Name, TimeSpan Timeout);
