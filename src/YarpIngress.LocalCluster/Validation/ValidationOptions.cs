using System.Net;

namespace YarpIngress.LocalCluster.Validation;

/// <summary>Where this cluster differs from a real one.</summary>
internal sealed record ValidationOptions
{
    public static ValidationOptions Default { get; } = new();

    /// <summary>
    /// Loopback addresses in this range are good endpoint addresses,
    /// since pods of this cluster live there; null for none.
    /// </summary>
    public IPNetwork? PodRange { get; init; } = IPNetwork.Parse("127.0.0.0/8");
}
