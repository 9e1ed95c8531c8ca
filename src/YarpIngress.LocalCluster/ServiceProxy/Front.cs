using System.Net;
using YarpIngress.Kubernetes;

namespace YarpIngress.LocalCluster.ServiceProxy;

/// <summary>One address and port on which a Service is reached, and where connections to it go.</summary>
internal sealed record Front
{
    /// <summary>The Service.</summary>
    public required ObjectKey Service { get; init; }

    /// <summary>Where clients connect.</summary>
    public required IPEndPoint Address { get; init; }

    /// <summary>UDP instead of TCP.</summary>
    public bool IsUdp { get; init; }

    /// <summary>
    /// Where connections go, in turn. Never empty: a Service without
    /// endpoints has no fronts, so that the kernel refuses its clients.
    /// </summary>
    public required IReadOnlyList<IPEndPoint> Endpoints { get; init; }

    /// <summary>How long a client address stays with its endpoint; null without affinity.</summary>
    public TimeSpan? Affinity { get; init; }

    /// <summary>Whether the endpoint sees the client's own address.</summary>
    public bool KeepsClientAddress { get; init; }

    /// <summary>Whether it matters that this address can't be had: 127.0.0.1 is shared by all local clusters of the machine.</summary>
    public bool IsOptional { get; init; }
}
