using System.Collections.Frozen;

namespace YarpIngress.LocalCluster.Schema;

/// <summary>A named object type, such as io.k8s.api.core.v1.Container.</summary>
internal sealed class ObjectType
{
    private FrozenDictionary<string, FieldSchema> _byName = FrozenDictionary<string, FieldSchema>.Empty;

    /// <summary>Definition name of the OpenAPI documents.</summary>
    public required string FullName { get; init; }

    public required string Name { get; init; }

    public required string Description { get; init; }

    public bool Atomic { get; init; }

    public IReadOnlyList<FieldSchema> Fields { get; private set; } = [];

    /// <summary>Version package and type, as Go prints it.</summary>
    public string GoName => $"{FullName.Split('.')[^2]}.{Name}";

    public FieldSchema? Find(string field) => _byName.GetValueOrDefault(field);

    /// <summary>Types refer to each other, so fields come once all types exist.</summary>
    internal void SetFields(IReadOnlyList<FieldSchema> fields)
    {
        Fields = fields;
        _byName = fields.ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);
    }
}
