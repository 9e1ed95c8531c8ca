namespace YarpIngress.Kubernetes.Models;

/// <summary>The endpoints of a Service in the older form.</summary>
public sealed class V1Endpoints : IKubernetesObject<V1Endpoints>
{
    /// <inheritdoc/>
    public static ResourceType<V1Endpoints> Resource { get; } =
        new("", "v1", "Endpoints", "endpoints", Namespaced: true, KubernetesJson.Default.V1Endpoints);

    /// <inheritdoc/>
    public string? ApiVersion { get; set; }

    /// <inheritdoc/>
    public string? Kind { get; set; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>Addresses that share ports.</summary>
    public List<V1EndpointSubset>? Subsets { get; set; }
}

/// <summary>Addresses that share ports.</summary>
public sealed class V1EndpointSubset
{
    /// <summary>Ready addresses.</summary>
    public List<V1EndpointAddress>? Addresses { get; set; }

    /// <summary>Addresses that are not ready.</summary>
    public List<V1EndpointAddress>? NotReadyAddresses { get; set; }

    /// <summary>Ports that each address has.</summary>
    public List<Corev1EndpointPort>? Ports { get; set; }
}

/// <summary>One address.</summary>
public sealed class V1EndpointAddress
{
    /// <summary>IP address.</summary>
    public string? Ip { get; set; }

    /// <summary>Host name.</summary>
    public string? Hostname { get; set; }

    /// <summary>Node.</summary>
    public string? NodeName { get; set; }

    /// <summary>The pod.</summary>
    public V1ObjectReference? TargetRef { get; set; }
}

/// <summary>A port of a subset.</summary>
public sealed class Corev1EndpointPort
{
    /// <summary>Name, as in the Service.</summary>
    public string? Name { get; set; }

    /// <summary>Port number.</summary>
    public int Port { get; set; }

    /// <summary>TCP, UDP or SCTP.</summary>
    public string? Protocol { get; set; }

    /// <summary>What is spoken on the port.</summary>
    public string? AppProtocol { get; set; }
}
