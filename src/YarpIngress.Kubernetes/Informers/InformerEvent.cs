using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Kubernetes;

/// <summary>What an informer tells.</summary>
public enum InformerEventType
{
    /// <summary>An object is there that was not, or that was malformed.</summary>
    Added,

    /// <summary>An object changed. One that was deleted and made again while nobody looked is a change too; its UID then differs.</summary>
    Modified,

    /// <summary>An object, malformed or not, is gone.</summary>
    Deleted,

    /// <summary>The first list is complete. Comes once, without an object.</summary>
    Synced,

    /// <summary>An object can't be decoded: it counts as absent until it can be, or is deleted.</summary>
    Malformed,
}

/// <summary>One change.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Object">
/// The new state; the last one for Deleted; null for Malformed, for Synced, and when a malformed one was deleted.
/// </param>
/// <param name="Previous">The state that the consumer was told before; null when there was none.</param>
/// <param name="Malformed">For Malformed what is wrong, for Deleted what was wrong; null otherwise.</param>
public readonly record struct InformerEvent<T>(InformerEventType Type, T? Object, T? Previous, MalformedObject? Malformed)
    where T : class, IKubernetesObject<T>
{
    /// <summary>The object's key; null for Synced and for malformed objects without a readable name.</summary>
    public ObjectKey? Key => (Object ?? Previous) is { } value ? ObjectKey.Of(value) : Malformed?.Key;
}
