namespace YarpIngress.Kubernetes;

/// <summary>What to list, and which page of it.</summary>
public sealed record ListQuery
{
    /// <summary>Label selector, such as <c>app=web,tier!=cache</c>; all objects when null.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Field selector, such as <c>type=kubernetes.io/tls</c>; all objects when null.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Items a page; the server decides when null.</summary>
    public int? Limit { get; init; }

    /// <summary>Token of the page to read, from the answer before it; the first page when null.</summary>
    public string? Continue { get; init; }

    /// <summary>How fresh the answer must be: null for the newest state, <c>0</c> for whatever the server has at hand.</summary>
    public string? ResourceVersion { get; init; }
}
