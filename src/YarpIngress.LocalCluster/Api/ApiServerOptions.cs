using YarpIngress.LocalCluster.Api.Services;

namespace YarpIngress.LocalCluster.Api;

/// <summary>How the API server starts.</summary>
internal sealed record ApiServerOptions
{
    /// <summary>TCP port on loopback; 0 picks one.</summary>
    public int Port { get; init; }

    /// <summary>Where the kubeconfig goes; null for none.</summary>
    public string? KubeconfigPath { get; init; }

    /// <summary>Cluster, user and context name in the kubeconfig.</summary>
    public string Name { get; init; } = "yarp-ingress-local";

    /// <summary>Where Services get their addresses and ports.</summary>
    public ServiceAddressOptions Services { get; init; } = new();

    /// <summary>Changes that are kept per resource for watches to resume from.</summary>
    public int HistoryLimit { get; init; } = 16_384;

    /// <summary>Events older than this go, as upstream's <c>--event-ttl</c>.</summary>
    public TimeSpan EventLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>More events than this are never kept; the oldest go first.</summary>
    public int EventLimit { get; init; } = 10_000;

    /// <summary>Largest request body: upstream's 3 MiB.</summary>
    public int BodyLimit { get; init; } = 3 << 20;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public ILoggerFactory? Log { get; init; }
}
