using System.Text.Json.Serialization;

namespace YarpIngress.Kubernetes.Models;

/// <summary>Standard object metadata.</summary>
public sealed class V1ObjectMeta
{
    /// <summary>Name, unique in its namespace and kind.</summary>
    public string? Name { get; set; }

    /// <summary>Prefix from which the server makes a name on create.</summary>
    public string? GenerateName { get; set; }

    /// <summary>Namespace; null for cluster-scoped kinds.</summary>
    [JsonPropertyName("namespace")]
    public string? NamespaceProperty { get; set; }

    /// <summary>Identity of this very object: a deleted and re-created one has another.</summary>
    public string? Uid { get; set; }

    /// <summary>Opaque version for watches and optimistic concurrency.</summary>
    public string? ResourceVersion { get; set; }

    /// <summary>Counts changes of the desired state.</summary>
    public long? Generation { get; set; }

    /// <summary>When the server created it.</summary>
    public DateTime? CreationTimestamp { get; set; }

    /// <summary>Set when deletion was asked for and something still holds it.</summary>
    public DateTime? DeletionTimestamp { get; set; }

    /// <summary>Labels.</summary>
    public Dictionary<string, string>? Labels { get; set; }

    /// <summary>Annotations.</summary>
    public Dictionary<string, string>? Annotations { get; set; }

    /// <summary>Objects whose deletion deletes this one.</summary>
    public List<V1OwnerReference>? OwnerReferences { get; set; }

    /// <summary>Names that must be removed before deletion completes.</summary>
    public List<string>? Finalizers { get; set; }
}

/// <summary>The owner of a dependent object.</summary>
public sealed class V1OwnerReference
{
    /// <summary>API version of the owner.</summary>
    public string? ApiVersion { get; set; }

    /// <summary>Kind of the owner.</summary>
    public string? Kind { get; set; }

    /// <summary>Name of the owner.</summary>
    public string? Name { get; set; }

    /// <summary>UID of the owner.</summary>
    public string? Uid { get; set; }

    /// <summary>Whether the owner manages this object.</summary>
    public bool? Controller { get; set; }
}

/// <summary>Metadata of a list answer.</summary>
public sealed class V1ListMeta
{
    /// <summary>The version from which a watch continues.</summary>
    public string? ResourceVersion { get; set; }

    /// <summary>Token of the next page; empty or null on the last.</summary>
    [JsonPropertyName("continue")]
    public string? ContinueProperty { get; set; }
}

/// <summary>A reference to any object.</summary>
public sealed class V1ObjectReference
{
    /// <summary>API version.</summary>
    public string? ApiVersion { get; set; }

    /// <summary>Kind.</summary>
    public string? Kind { get; set; }

    /// <summary>Name.</summary>
    public string? Name { get; set; }

    /// <summary>Namespace.</summary>
    [JsonPropertyName("namespace")]
    public string? NamespaceProperty { get; set; }

    /// <summary>UID.</summary>
    public string? Uid { get; set; }

    /// <summary>Version that was meant.</summary>
    public string? ResourceVersion { get; set; }

    /// <summary>Part of the object that was meant.</summary>
    public string? FieldPath { get; set; }
}
