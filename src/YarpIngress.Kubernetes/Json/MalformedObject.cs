namespace YarpIngress.Kubernetes;

/// <summary>An object that the server sent and that could not be decoded.</summary>
public sealed record MalformedObject
{
    /// <summary>The kind that was asked for.</summary>
    public required string Kind { get; init; }

    /// <summary>Namespace and name; null when not even they could be read.</summary>
    public ObjectKey? Key { get; init; }

    /// <summary>Its version, where readable.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Its identity, where readable.</summary>
    public string? Uid { get; init; }

    /// <summary>What is wrong and where, for people. Holds no value of the object, which may be a Secret.</summary>
    public required string Error { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {Key?.ToString() ?? "without a readable name"}: {Error}";
}
