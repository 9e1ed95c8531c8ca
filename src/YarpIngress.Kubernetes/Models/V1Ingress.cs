namespace YarpIngress.Kubernetes.Models;

/// <summary>Host and path rules in front of Services.</summary>
public sealed class V1Ingress : IKubernetesObject<V1Ingress>
{
    /// <inheritdoc/>
    public static ResourceType<V1Ingress> Resource { get; } =
        new("networking.k8s.io", "v1", "Ingress", "ingresses", Namespaced: true, KubernetesJson.Default.V1Ingress);

    /// <inheritdoc/>
    public string? ApiVersion { get; set; }

    /// <inheritdoc/>
    public string? Kind { get; set; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>Desired rules.</summary>
    public V1IngressSpec? Spec { get; set; }

    /// <summary>Where the rules are reachable.</summary>
    public V1IngressStatus? Status { get; set; }
}

/// <summary>The rules of an Ingress.</summary>
public sealed class V1IngressSpec
{
    /// <summary>Name of the IngressClass that serves it.</summary>
    public string? IngressClassName { get; set; }

    /// <summary>Serves what matches no rule.</summary>
    public V1IngressBackend? DefaultBackend { get; set; }

    /// <summary>Host rules.</summary>
    public List<V1IngressRule>? Rules { get; set; }

    /// <summary>Certificates by host.</summary>
    public List<V1IngressTLS>? Tls { get; set; }
}

/// <summary>Paths under one host.</summary>
public sealed class V1IngressRule
{
    /// <summary>Exact host, one-label wildcard, or null for any host.</summary>
    public string? Host { get; set; }

    /// <summary>The paths; null sends all of the host to the default backend.</summary>
    public V1HTTPIngressRuleValue? Http { get; set; }
}

/// <summary>The HTTP part of a rule.</summary>
public sealed class V1HTTPIngressRuleValue
{
    /// <summary>Paths and their backends.</summary>
    public List<V1HTTPIngressPath>? Paths { get; set; }
}

/// <summary>One path and its backend.</summary>
public sealed class V1HTTPIngressPath
{
    /// <summary>Begins with a slash.</summary>
    public string? Path { get; set; }

    /// <summary>Exact, Prefix or ImplementationSpecific.</summary>
    public string? PathType { get; set; }

    /// <summary>Where matching requests go.</summary>
    public V1IngressBackend? Backend { get; set; }
}

/// <summary>A Service port or another resource.</summary>
public sealed class V1IngressBackend
{
    /// <summary>The Service.</summary>
    public V1IngressServiceBackend? Service { get; set; }

    /// <summary>Another resource of the namespace.</summary>
    public V1TypedLocalObjectReference? Resource { get; set; }
}

/// <summary>A Service and one of its ports.</summary>
public sealed class V1IngressServiceBackend
{
    /// <summary>Service name in the Ingress's namespace.</summary>
    public string? Name { get; set; }

    /// <summary>Port by name or by number.</summary>
    public V1ServiceBackendPort? Port { get; set; }
}

/// <summary>A Service port by name or by number.</summary>
public sealed class V1ServiceBackendPort
{
    /// <summary>Port name.</summary>
    public string? Name { get; set; }

    /// <summary>Port number.</summary>
    public int? Number { get; set; }
}

/// <summary>A resource of the same namespace.</summary>
public sealed class V1TypedLocalObjectReference
{
    /// <summary>API group; null for core.</summary>
    public string? ApiGroup { get; set; }

    /// <summary>Kind.</summary>
    public string? Kind { get; set; }

    /// <summary>Name.</summary>
    public string? Name { get; set; }
}

/// <summary>Hosts and the Secret that holds their certificate.</summary>
public sealed class V1IngressTLS
{
    /// <summary>Hosts; empty means those of the certificate.</summary>
    public List<string>? Hosts { get; set; }

    /// <summary>A kubernetes.io/tls Secret of the namespace.</summary>
    public string? SecretName { get; set; }
}

/// <summary>Observed state.</summary>
public sealed class V1IngressStatus
{
    /// <summary>Where it is reachable.</summary>
    public V1IngressLoadBalancerStatus? LoadBalancer { get; set; }
}

/// <summary>Addresses of the gateway.</summary>
public sealed class V1IngressLoadBalancerStatus
{
    /// <summary>Addresses.</summary>
    public List<V1IngressLoadBalancerIngress>? Ingress { get; set; }
}

/// <summary>One address of the gateway.</summary>
public sealed class V1IngressLoadBalancerIngress
{
    /// <summary>IP address.</summary>
    public string? Ip { get; set; }

    /// <summary>DNS name.</summary>
    public string? Hostname { get; set; }

    /// <summary>Ports.</summary>
    public List<V1IngressPortStatus>? Ports { get; set; }
}

/// <summary>State of one port.</summary>
public sealed class V1IngressPortStatus
{
    /// <summary>Port.</summary>
    public int? Port { get; set; }

    /// <summary>TCP, UDP or SCTP.</summary>
    public string? Protocol { get; set; }

    /// <summary>Why it does not work.</summary>
    public string? Error { get; set; }
}
