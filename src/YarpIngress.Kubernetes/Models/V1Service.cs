using System.Text.Json.Serialization;

namespace YarpIngress.Kubernetes.Models;

/// <summary>A named set of endpoints.</summary>
public sealed class V1Service : IKubernetesObject<V1Service>
{
    /// <inheritdoc/>
    public static ResourceType<V1Service> Resource { get; } =
        new("", "v1", "Service", "services", Namespaced: true, KubernetesJson.Default.V1Service);

    /// <inheritdoc/>
    public string? ApiVersion { get; set; }

    /// <inheritdoc/>
    public string? Kind { get; set; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>Desired state.</summary>
    public V1ServiceSpec? Spec { get; set; }

    /// <summary>Load-balancer addresses.</summary>
    public V1ServiceStatus? Status { get; set; }
}

/// <summary>Ports, selector and kind of a Service.</summary>
public sealed class V1ServiceSpec
{
    /// <summary>ClusterIP, NodePort, LoadBalancer or ExternalName.</summary>
    public string? Type { get; set; }

    /// <summary>Virtual address; None for headless.</summary>
    [JsonPropertyName("clusterIP")]
    public string? ClusterIP { get; set; }

    /// <summary>Virtual addresses of each family.</summary>
    [JsonPropertyName("clusterIPs")]
    public List<string>? ClusterIPs { get; set; }

    /// <summary>DNS name of an ExternalName Service.</summary>
    public string? ExternalName { get; set; }

    /// <summary>Further addresses that nodes accept.</summary>
    [JsonPropertyName("externalIPs")]
    public List<string>? ExternalIPs { get; set; }

    /// <summary>Ports.</summary>
    public List<V1ServicePort>? Ports { get; set; }

    /// <summary>Labels of its pods; null when endpoints are made by hand.</summary>
    public Dictionary<string, string>? Selector { get; set; }

    /// <summary>None or ClientIP.</summary>
    public string? SessionAffinity { get; set; }

    /// <summary>Time-out of the affinity.</summary>
    public V1SessionAffinityConfig? SessionAffinityConfig { get; set; }

    /// <summary>Whether unready pods count as ready.</summary>
    public bool? PublishNotReadyAddresses { get; set; }

    /// <summary>Cluster or Local, for traffic from within the cluster.</summary>
    public string? InternalTrafficPolicy { get; set; }

    /// <summary>PreferClose, PreferSameZone or PreferSameNode.</summary>
    public string? TrafficDistribution { get; set; }

    /// <summary>Cluster or Local.</summary>
    public string? ExternalTrafficPolicy { get; set; }

    /// <summary>IPv4, IPv6.</summary>
    [JsonPropertyName("ipFamilies")]
    public List<string>? IpFamilies { get; set; }

    /// <summary>Address asked for.</summary>
    [JsonPropertyName("loadBalancerIP")]
    public string? LoadBalancerIP { get; set; }

    /// <summary>Which implementation provides the load balancer.</summary>
    public string? LoadBalancerClass { get; set; }
}

/// <summary>One port of a Service.</summary>
public sealed class V1ServicePort
{
    /// <summary>Name; may be null when there is one port.</summary>
    public string? Name { get; set; }

    /// <summary>TCP, UDP or SCTP; TCP when null.</summary>
    public string? Protocol { get; set; }

    /// <summary>What is spoken on the port, such as kubernetes.io/h2c.</summary>
    public string? AppProtocol { get; set; }

    /// <summary>Port of the Service.</summary>
    public int Port { get; set; }

    /// <summary>Port of the pods by number or by name; the Service's port when null.</summary>
    public IntOrString? TargetPort { get; set; }

    /// <summary>Port on every node.</summary>
    public int? NodePort { get; set; }
}

/// <summary>Settings of session affinity.</summary>
public sealed class V1SessionAffinityConfig
{
    /// <summary>Settings of client-address affinity.</summary>
    [JsonPropertyName("clientIP")]
    public V1ClientIPConfig? ClientIP { get; set; }
}

/// <summary>Settings of client-address affinity.</summary>
public sealed class V1ClientIPConfig
{
    /// <summary>How long a client stays; 10800 when null.</summary>
    public int? TimeoutSeconds { get; set; }
}

/// <summary>Observed state of a Service.</summary>
public sealed class V1ServiceStatus
{
    /// <summary>Load-balancer addresses.</summary>
    public V1LoadBalancerStatus? LoadBalancer { get; set; }
}

/// <summary>Load-balancer addresses.</summary>
public sealed class V1LoadBalancerStatus
{
    /// <summary>Addresses.</summary>
    public List<V1LoadBalancerIngress>? Ingress { get; set; }
}

/// <summary>One address of a load balancer.</summary>
public sealed class V1LoadBalancerIngress
{
    /// <summary>IP address.</summary>
    public string? Ip { get; set; }

    /// <summary>DNS name.</summary>
    public string? Hostname { get; set; }
}
