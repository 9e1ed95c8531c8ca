namespace YarpIngress.Kubernetes.Models;

/// <summary>Sensitive data.</summary>
public sealed class V1Secret : IKubernetesObject<V1Secret>
{
    /// <inheritdoc/>
    public static ResourceType<V1Secret> Resource { get; } =
        new("", "v1", "Secret", "secrets", Namespaced: true, KubernetesJson.Default.V1Secret);

    /// <inheritdoc/>
    public string? ApiVersion { get; set; }

    /// <inheritdoc/>
    public string? Kind { get; set; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>Such as kubernetes.io/tls.</summary>
    public string? Type { get; set; }

    /// <summary>Data by key.</summary>
    public Dictionary<string, byte[]>? Data { get; set; }
}
