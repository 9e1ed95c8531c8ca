namespace YarpIngress.Kubernetes;

/// <summary>What the user said about how to reach the API server; everything may be left out.</summary>
public sealed record ClusterConfigOptions
{
    /// <summary>A kubeconfig file; it must exist.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>Context of the kubeconfig; its current context when null.</summary>
    public string? Context { get; init; }

    /// <summary>URL of the API server; wins over the kubeconfig's.</summary>
    public string? ApiServerHost { get; init; }

    /// <summary>PEM file with the authorities to trust; used with <see cref="ApiServerHost"/>.</summary>
    public string? CertificateAuthority { get; init; }
}
