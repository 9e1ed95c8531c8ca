namespace YarpIngress.Kubernetes.Models;

/// <summary>A replicated set of pods.</summary>
public sealed class V1Deployment : IKubernetesObject<V1Deployment>
{
    /// <inheritdoc/>
    public static ResourceType<V1Deployment> Resource { get; } =
        new("apps", "v1", "Deployment", "deployments", Namespaced: true, KubernetesJson.Default.V1Deployment);

    /// <inheritdoc/>
    public string? ApiVersion { get; set; }

    /// <inheritdoc/>
    public string? Kind { get; set; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>Desired state.</summary>
    public V1DeploymentSpec? Spec { get; set; }

    /// <summary>Observed state.</summary>
    public V1DeploymentStatus? Status { get; set; }
}

/// <summary>Desired state of a Deployment.</summary>
public sealed class V1DeploymentSpec
{
    /// <summary>Pods wanted; 1 when null.</summary>
    public int? Replicas { get; set; }
}

/// <summary>Observed state of a Deployment.</summary>
public sealed class V1DeploymentStatus
{
    /// <summary>Pods that exist.</summary>
    public int? Replicas { get; set; }

    /// <summary>Available pods.</summary>
    public int? AvailableReplicas { get; set; }
}
