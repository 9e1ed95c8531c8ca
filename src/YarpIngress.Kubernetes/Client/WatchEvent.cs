namespace YarpIngress.Kubernetes;

/// <summary>What a watch event says.</summary>
public enum WatchEventType
{
    /// <summary>The object is new to the watch.</summary>
    Added,

    /// <summary>The object changed.</summary>
    Modified,

    /// <summary>The object is gone, or no longer matches the selector.</summary>
    Deleted,

    /// <summary>Nothing changed up to <see cref="WatchEvent{T}.ResourceVersion"/>.</summary>
    Bookmark,
}

/// <summary>One event of a watch. Errors are not events: they end the watch with an <see cref="ApiException"/>.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Object">The object after the change, the last state for Deleted; null for bookmarks and when it is malformed.</param>
/// <param name="Malformed">Set instead of the object when it could not be decoded.</param>
/// <param name="ResourceVersion">How far the watch has come; null when the malformed object's version is not readable.</param>
public readonly record struct WatchEvent<T>(WatchEventType Type, T? Object, MalformedObject? Malformed, string? ResourceVersion)
    where T : class;
