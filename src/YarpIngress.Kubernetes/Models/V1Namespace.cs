namespace YarpIngress.Kubernetes.Models;

/// <summary>A namespace.</summary>
public sealed class V1Namespace : IKubernetesObject<V1Namespace>
{
    /// <inheritdoc/>
    public static ResourceType<V1Namespace> Resource { get; } =
        new("", "v1", "Namespace", "namespaces", Namespaced: false, KubernetesJson.Default.V1Namespace);

    /// <inheritdoc/>
    public string? ApiVersion { get; set; }

    /// <inheritdoc/>
    public string? Kind { get; set; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; set; } = new();
}
