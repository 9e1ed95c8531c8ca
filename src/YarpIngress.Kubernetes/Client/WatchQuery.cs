namespace YarpIngress.Kubernetes;

/// <summary>What to watch, and from where on.</summary>
public sealed record WatchQuery
{
    /// <summary>Only changes after this version are sent; null starts with the present state as a row of added objects.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Label selector; all objects when null.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Field selector; all objects when null.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>
    /// When the server ends the watch. Null picks 5 to 10 minutes at random, so that a thousand watches don't all come back at once.
    /// </summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>Whether the server tells now and then how far the watch has come even though nothing changed.</summary>
    public bool AllowBookmarks { get; init; } = true;
}
