using System.Text.Json.Serialization;

namespace YarpIngress.Kubernetes.Models;

/// <summary>A pod.</summary>
public sealed class V1Pod : IKubernetesObject<V1Pod>
{
    /// <inheritdoc/>
    public static ResourceType<V1Pod> Resource { get; } =
        new("", "v1", "Pod", "pods", Namespaced: true, KubernetesJson.Default.V1Pod);

    /// <inheritdoc/>
    public string? ApiVersion { get; set; }

    /// <inheritdoc/>
    public string? Kind { get; set; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>Desired state.</summary>
    public V1PodSpec? Spec { get; set; }

    /// <summary>Observed state.</summary>
    public V1PodStatus? Status { get; set; }
}

/// <summary>Desired state of a pod.</summary>
public sealed class V1PodSpec
{
    /// <summary>Node it runs on.</summary>
    public string? NodeName { get; set; }

    /// <summary>Its host name.</summary>
    public string? Hostname { get; set; }

    /// <summary>Its subdomain, the name of a headless Service.</summary>
    public string? Subdomain { get; set; }

    /// <summary>Containers.</summary>
    public List<V1Container>? Containers { get; set; }
}

/// <summary>A container of a pod.</summary>
public sealed class V1Container
{
    /// <summary>Name.</summary>
    public string? Name { get; set; }

    /// <summary>Image.</summary>
    public string? Image { get; set; }

    /// <summary>Ports.</summary>
    public List<V1ContainerPort>? Ports { get; set; }
}

/// <summary>A port of a container.</summary>
public sealed class V1ContainerPort
{
    /// <summary>Name.</summary>
    public string? Name { get; set; }

    /// <summary>Port number.</summary>
    public int ContainerPort { get; set; }

    /// <summary>TCP, UDP or SCTP.</summary>
    public string? Protocol { get; set; }
}

/// <summary>Observed state of a pod.</summary>
public sealed class V1PodStatus
{
    /// <summary>Pending, Running, Succeeded, Failed or Unknown.</summary>
    public string? Phase { get; set; }

    /// <summary>Its address.</summary>
    [JsonPropertyName("podIP")]
    public string? PodIP { get; set; }

    /// <summary>Conditions.</summary>
    public List<V1PodCondition>? Conditions { get; set; }
}

/// <summary>One condition of a pod.</summary>
public sealed class V1PodCondition
{
    /// <summary>Such as Ready.</summary>
    public string? Type { get; set; }

    /// <summary>True, False or Unknown.</summary>
    public string? Status { get; set; }

    /// <summary>Machine-readable reason.</summary>
    public string? Reason { get; set; }

    /// <summary>For people.</summary>
    public string? Message { get; set; }

    /// <summary>When the status last changed.</summary>
    public DateTime? LastTransitionTime { get; set; }
}
