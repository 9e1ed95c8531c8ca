namespace YarpIngress.Kubernetes;

/// <summary>A list answer, or one page of it.</summary>
public sealed class ObjectList<T>
{
    /// <summary>The objects, in the server's order.</summary>
    public required IReadOnlyList<T> Items { get; init; }

    /// <summary>Those that could not be decoded; the others are not affected.</summary>
    public required IReadOnlyList<MalformedObject> Malformed { get; init; }

    /// <summary>The version from which a watch continues.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Token of the next page; null on the last.</summary>
    public string? Continue { get; init; }
}
