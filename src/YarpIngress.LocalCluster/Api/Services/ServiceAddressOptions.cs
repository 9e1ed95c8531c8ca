using System.Net;

namespace YarpIngress.LocalCluster.Api.Services;

/// <summary>Where Services get their addresses and node ports from.</summary>
internal sealed record ServiceAddressOptions
{
    /// <summary>Addresses of Services; its first is the one of the API server's own Service.</summary>
    public IPNetwork ClusterIps { get; init; } = new(IPAddress.Parse("127.96.0.0"), 16);

    /// <summary>The lowest node port.</summary>
    public int FirstNodePort { get; init; } = 30_000;

    /// <summary>The highest node port.</summary>
    public int LastNodePort { get; init; } = 32_767;
}
