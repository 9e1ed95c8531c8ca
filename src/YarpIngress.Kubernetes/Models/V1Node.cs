namespace YarpIngress.Kubernetes.Models;

/// <summary>A machine of the cluster.</summary>
public sealed class V1Node : IKubernetesObject<V1Node>
{
    /// <inheritdoc/>
    public static ResourceType<V1Node> Resource { get; } =
        new("", "v1", "Node", "nodes", Namespaced: false, KubernetesJson.Default.V1Node);

    /// <inheritdoc/>
    public string? ApiVersion { get; set; }

    /// <inheritdoc/>
    public string? Kind { get; set; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>Observed state.</summary>
    public V1NodeStatus? Status { get; set; }
}

/// <summary>Observed state of a node.</summary>
public sealed class V1NodeStatus
{
    /// <summary>Addresses.</summary>
    public List<V1NodeAddress>? Addresses { get; set; }
}

/// <summary>One address of a node.</summary>
public sealed class V1NodeAddress
{
    /// <summary>InternalIP, ExternalIP, Hostname, InternalDNS or ExternalDNS.</summary>
    public string? Type { get; set; }

    /// <summary>Address.</summary>
    public string? Address { get; set; }
}
