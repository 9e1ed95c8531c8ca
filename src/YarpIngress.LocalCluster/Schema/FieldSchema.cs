using System.Text.Json.Nodes;

namespace YarpIngress.LocalCluster.Schema;

/// <summary>One field of an object type.</summary>
internal sealed class FieldSchema
{
    public required string Name { get; init; }

    public required FieldType Type { get; init; }

    /// <summary>For <c>kubectl explain</c>.</summary>
    public required string Description { get; init; }

    public bool Required { get; init; }

    /// <summary>What is filled in when the field is absent, whatever the other fields are.</summary>
    public JsonNode? Default { get; init; }

    public IReadOnlyList<string> Enum { get; init; } = [];

    /// <summary><c>merge</c>, <c>retainKeys</c> or both with a comma, as in the upstream extension; null replaces.</summary>
    public string? PatchStrategy { get; init; }

    /// <summary>What tells list items apart in a strategic merge patch.</summary>
    public string? PatchMergeKey { get; init; }

    public bool Merges => PatchStrategy is not null && PatchStrategy.Contains("merge", StringComparison.Ordinal);
}
