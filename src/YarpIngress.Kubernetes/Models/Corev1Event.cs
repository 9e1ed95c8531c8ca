namespace YarpIngress.Kubernetes.Models;

/// <summary>Something that happened to an object.</summary>
public sealed class Corev1Event : IKubernetesObject<Corev1Event>
{
    /// <inheritdoc/>
    public static ResourceType<Corev1Event> Resource { get; } =
        new("", "v1", "Event", "events", Namespaced: true, KubernetesJson.Default.Corev1Event);

    /// <inheritdoc/>
    public string? ApiVersion { get; set; }

    /// <inheritdoc/>
    public string? Kind { get; set; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>The object.</summary>
    public V1ObjectReference? InvolvedObject { get; set; }

    /// <summary>Normal or Warning.</summary>
    public string? Type { get; set; }

    /// <summary>Machine-readable reason.</summary>
    public string? Reason { get; set; }

    /// <summary>For people.</summary>
    public string? Message { get; set; }

    /// <summary>Who reports it.</summary>
    public V1EventSource? Source { get; set; }

    /// <summary>Controller that reports it.</summary>
    public string? ReportingComponent { get; set; }

    /// <summary>Instance that reports it.</summary>
    public string? ReportingInstance { get; set; }

    /// <summary>How often.</summary>
    public int? Count { get; set; }

    /// <summary>First time.</summary>
    public DateTime? FirstTimestamp { get; set; }

    /// <summary>Last time.</summary>
    public DateTime? LastTimestamp { get; set; }
}

/// <summary>Who reports an event.</summary>
public sealed class V1EventSource
{
    /// <summary>Component.</summary>
    public string? Component { get; set; }

    /// <summary>Node.</summary>
    public string? Host { get; set; }
}
