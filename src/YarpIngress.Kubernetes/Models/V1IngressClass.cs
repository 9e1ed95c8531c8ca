using System.Text.Json.Serialization;

namespace YarpIngress.Kubernetes.Models;

/// <summary>Names the controller of the Ingresses of a class.</summary>
public sealed class V1IngressClass : IKubernetesObject<V1IngressClass>
{
    /// <inheritdoc/>
    public static ResourceType<V1IngressClass> Resource { get; } =
        new("networking.k8s.io", "v1", "IngressClass", "ingressclasses", Namespaced: false, KubernetesJson.Default.V1IngressClass);

    /// <inheritdoc/>
    public string? ApiVersion { get; set; }

    /// <inheritdoc/>
    public string? Kind { get; set; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>Controller and parameters.</summary>
    public V1IngressClassSpec? Spec { get; set; }
}

/// <summary>The controller of a class.</summary>
public sealed class V1IngressClassSpec
{
    /// <summary>Controller name, such as yarp-ingress.dev/controller.</summary>
    public string? Controller { get; set; }

    /// <summary>Controller-specific settings.</summary>
    public V1IngressClassParametersReference? Parameters { get; set; }
}

/// <summary>A reference to the settings of a class.</summary>
public sealed class V1IngressClassParametersReference
{
    /// <summary>API group.</summary>
    public string? ApiGroup { get; set; }

    /// <summary>Kind.</summary>
    public string? Kind { get; set; }

    /// <summary>Name.</summary>
    public string? Name { get; set; }

    /// <summary>Namespace.</summary>
    [JsonPropertyName("namespace")]
    public string? NamespaceProperty { get; set; }

    /// <summary>Namespace or Cluster.</summary>
    public string? Scope { get; set; }
}
