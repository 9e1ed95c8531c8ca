namespace YarpIngress.Kubernetes.Models;

/// <summary>Some of the endpoints of a Service.</summary>
public sealed class V1EndpointSlice : IKubernetesObject<V1EndpointSlice>
{
    /// <inheritdoc/>
    public static ResourceType<V1EndpointSlice> Resource { get; } =
        new("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", Namespaced: true, KubernetesJson.Default.V1EndpointSlice);

    /// <inheritdoc/>
    public string? ApiVersion { get; set; }

    /// <inheritdoc/>
    public string? Kind { get; set; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>IPv4, IPv6 or FQDN.</summary>
    public string? AddressType { get; set; }

    /// <summary>Endpoints.</summary>
    public List<V1Endpoint>? Endpoints { get; set; }

    /// <summary>Ports that each endpoint has.</summary>
    public List<Discoveryv1EndpointPort>? Ports { get; set; }
}

/// <summary>One endpoint of a Service.</summary>
public sealed class V1Endpoint
{
    /// <summary>Its addresses; consumers use the first.</summary>
    public List<string>? Addresses { get; set; }

    /// <summary>Readiness.</summary>
    public V1EndpointConditions? Conditions { get; set; }

    /// <summary>Host name of the pod.</summary>
    public string? Hostname { get; set; }

    /// <summary>The pod.</summary>
    public V1ObjectReference? TargetRef { get; set; }

    /// <summary>Node of the pod.</summary>
    public string? NodeName { get; set; }

    /// <summary>Zone of the node.</summary>
    public string? Zone { get; set; }

    /// <summary>Who should use it.</summary>
    public V1EndpointHints? Hints { get; set; }
}

/// <summary>Readiness of an endpoint.</summary>
public sealed class V1EndpointConditions
{
    /// <summary>Takes traffic; null counts as true.</summary>
    public bool? Ready { get; set; }

    /// <summary>Answers, even when it terminates; null counts as Ready.</summary>
    public bool? Serving { get; set; }

    /// <summary>Is going away; null counts as false.</summary>
    public bool? Terminating { get; set; }
}

/// <summary>Who should use an endpoint.</summary>
public sealed class V1EndpointHints
{
    /// <summary>Zones.</summary>
    public List<V1ForZone>? ForZones { get; set; }

    /// <summary>Nodes.</summary>
    public List<V1ForNode>? ForNodes { get; set; }
}

/// <summary>A node that should use an endpoint.</summary>
public sealed class V1ForNode
{
    /// <summary>Node.</summary>
    public string? Name { get; set; }
}

/// <summary>A zone that should use an endpoint.</summary>
public sealed class V1ForZone
{
    /// <summary>Zone.</summary>
    public string? Name { get; set; }
}

/// <summary>A port of an EndpointSlice.</summary>
public sealed class Discoveryv1EndpointPort
{
    /// <summary>Name, as in the Service.</summary>
    public string? Name { get; set; }

    /// <summary>TCP, UDP or SCTP.</summary>
    public string? Protocol { get; set; }

    /// <summary>Port number.</summary>
    public int? Port { get; set; }

    /// <summary>What is spoken on the port.</summary>
    public string? AppProtocol { get; set; }
}
