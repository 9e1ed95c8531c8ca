namespace YarpIngress.LocalCluster.Api;

/// <summary>What an answer shows of an object.</summary>
internal enum OutputShape
{
    /// <summary>The object itself.</summary>
    Object,

    /// <summary>A row for people.</summary>
    Table,

    /// <summary>Its metadata alone.</summary>
    Metadata,
}

/// <summary>What goes with each row of a Table.</summary>
internal enum IncludeObject
{
    Metadata,
    None,
    Object,
}

/// <summary>The negotiated form of an answer.</summary>
/// <param name="Shape">Object, Table or metadata.</param>
/// <param name="Version">Version of the meta.k8s.io group, for Tables and metadata.</param>
/// <param name="Yaml">YAML instead of JSON.</param>
/// <param name="Include">Tables: what goes with a row.</param>
internal sealed record OutputFormat(
    OutputShape Shape, string Version = "v1", bool Yaml = false, IncludeObject Include = IncludeObject.Metadata)
{
    public static OutputFormat Json { get; } = new(OutputShape.Object);

    public string ContentType => Yaml ? "application/yaml" : "application/json";
}
