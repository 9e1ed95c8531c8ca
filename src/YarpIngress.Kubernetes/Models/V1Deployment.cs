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

    /// <summary>Its pods.</summary>
    public V1LabelSelector? Selector { get; set; }

    /// <summary>The pods to make.</summary>
    public V1PodTemplateSpec? Template { get; set; }

    /// <summary>How long a pod must be ready to count as available.</summary>
    public int? MinReadySeconds { get; set; }

    /// <summary>Whether rollouts wait.</summary>
    public bool? Paused { get; set; }
}

/// <summary>The pods to make.</summary>
public sealed class V1PodTemplateSpec
{
    /// <summary>Labels and annotations of the pods.</summary>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>Desired state of the pods.</summary>
    public V1PodSpec? Spec { get; set; }
}

/// <summary>Observed state of a Deployment.</summary>
public sealed class V1DeploymentStatus
{
    /// <summary>Generation it speaks of.</summary>
    public long? ObservedGeneration { get; set; }

    /// <summary>Pods that exist.</summary>
    public int? Replicas { get; set; }

    /// <summary>Pods of the newest template.</summary>
    public int? UpdatedReplicas { get; set; }

    /// <summary>Ready pods.</summary>
    public int? ReadyReplicas { get; set; }

    /// <summary>Available pods.</summary>
    public int? AvailableReplicas { get; set; }

    /// <summary>Pods still missing.</summary>
    public int? UnavailableReplicas { get; set; }

    /// <summary>Conditions.</summary>
    public List<V1DeploymentCondition>? Conditions { get; set; }
}

/// <summary>One condition of a Deployment.</summary>
public sealed class V1DeploymentCondition
{
    /// <summary>Such as Available.</summary>
    public string? Type { get; set; }

    /// <summary>True, False or Unknown.</summary>
    public string? Status { get; set; }

    /// <summary>Machine-readable reason.</summary>
    public string? Reason { get; set; }

    /// <summary>For people.</summary>
    public string? Message { get; set; }

    /// <summary>When the status last changed.</summary>
    public DateTime? LastTransitionTime { get; set; }

    /// <summary>When it was last looked at.</summary>
    public DateTime? LastUpdateTime { get; set; }
}
