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

    /// <summary>Whether foreground deletion of the owner waits for this object.</summary>
    public bool? BlockOwnerDeletion { get; set; }
}

/// <summary>Metadata of a list answer.</summary>
public sealed class V1ListMeta
{
    /// <summary>The version from which a watch continues.</summary>
    public string? ResourceVersion { get; set; }

    /// <summary>Token of the next page; empty or null on the last.</summary>
    [JsonPropertyName("continue")]
    public string? ContinueProperty { get; set; }

    /// <summary>How many items follow this page, where the server counts them.</summary>
    public long? RemainingItemCount { get; set; }
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

/// <summary>One aspect of an object's state.</summary>
public sealed class V1Condition
{
    /// <summary>Aspect.</summary>
    public string? Type { get; set; }

    /// <summary>True, False or Unknown.</summary>
    public string? Status { get; set; }

    /// <summary>Machine-readable reason.</summary>
    public string? Reason { get; set; }

    /// <summary>For people.</summary>
    public string? Message { get; set; }

    /// <summary>When the status last changed.</summary>
    public DateTime? LastTransitionTime { get; set; }

    /// <summary>Generation it speaks of.</summary>
    public long? ObservedGeneration { get; set; }
}

/// <summary>Selects objects by label; all requirements must hold.</summary>
public sealed class V1LabelSelector
{
    /// <summary>Exact matches.</summary>
    public Dictionary<string, string>? MatchLabels { get; set; }

    /// <summary>Set-based requirements.</summary>
    public List<V1LabelSelectorRequirement>? MatchExpressions { get; set; }
}

/// <summary>A set-based requirement on one label.</summary>
public sealed class V1LabelSelectorRequirement
{
    /// <summary>Label.</summary>
    public string? Key { get; set; }

    /// <summary>In, NotIn, Exists or DoesNotExist.</summary>
    [JsonPropertyName("operator")]
    public string? OperatorProperty { get; set; }

    /// <summary>Values for In and NotIn.</summary>
    public List<string>? Values { get; set; }
}
