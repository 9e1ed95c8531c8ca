namespace YarpIngress.Kubernetes.Models;

/// <summary>Settings.</summary>
public sealed class V1ConfigMap : IKubernetesObject<V1ConfigMap>
{
    /// <inheritdoc/>
    public static ResourceType<V1ConfigMap> Resource { get; } =
        new("", "v1", "ConfigMap", "configmaps", Namespaced: true, KubernetesJson.Default.V1ConfigMap);

    /// <inheritdoc/>
    public string? ApiVersion { get; set; }

    /// <inheritdoc/>
    public string? Kind { get; set; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>Text by key.</summary>
    public Dictionary<string, string>? Data { get; set; }
}
