namespace YarpIngress.Kubernetes;

/// <summary>Another identity to act as, for which the server asks the <c>impersonate</c> permission.</summary>
public sealed record Impersonation
{
    /// <summary>User name.</summary>
    public required string User { get; init; }

    /// <summary>UID; not sent when null.</summary>
    public string? Uid { get; init; }

    /// <summary>Groups.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Extra fields with their values.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Extra { get; init; } = new Dictionary<string, IReadOnlyList<string>>();
}
