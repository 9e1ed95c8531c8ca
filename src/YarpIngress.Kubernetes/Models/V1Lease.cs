using System.Text.Json.Serialization;

namespace YarpIngress.Kubernetes.Models;

/// <summary>A lease, as leader election uses it.</summary>
public sealed class V1Lease : IKubernetesObject<V1Lease>
{
    /// <inheritdoc/>
    public static ResourceType<V1Lease> Resource { get; } =
        new("coordination.k8s.io", "v1", "Lease", "leases", Namespaced: true, KubernetesJson.Default.V1Lease);

    /// <inheritdoc/>
    public string? ApiVersion { get; set; }

    /// <inheritdoc/>
    public string? Kind { get; set; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>Holder and times.</summary>
    public V1LeaseSpec? Spec { get; set; }
}

/// <summary>Holder and times of a lease.</summary>
public sealed class V1LeaseSpec
{
    /// <summary>Who holds it.</summary>
    public string? HolderIdentity { get; set; }

    /// <summary>How long it is valid after the last renewal.</summary>
    public int? LeaseDurationSeconds { get; set; }

    /// <summary>When the holder got it.</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTime? AcquireTime { get; set; }

    /// <summary>When it was last renewed.</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTime? RenewTime { get; set; }

    /// <summary>How often the holder changed.</summary>
    public int? LeaseTransitions { get; set; }
}
