using YarpIngress.Options;

namespace YarpIngress.LocalCluster;

/// <summary>How a local cluster starts. The defaults suit tests: every port is picked, nothing is applied.</summary>
internal sealed record LocalClusterOptions
{
    /// <summary>Port of the API server on 127.0.0.1; 0 picks one.</summary>
    public int ApiServerPort { get; init; }

    /// <summary>Where the kubeconfig goes; null puts it into the temporary directory and removes it at the end.</summary>
    public string? KubeconfigPath { get; init; }

    /// <summary>Manifests that are applied at the start: files and directories.</summary>
    public IReadOnlyList<string> Apply { get; init; } = [];

    /// <summary>
    /// The ingress controller to run in this process; null for none. Its
    /// way to the API server is filled in, as is its publish Service.
    /// </summary>
    public ControllerOptions? Controller { get; init; }

    /// <summary>Whether ClusterIPs are listened on. Benchmarks with thousands of Services do without.</summary>
    public bool ServeClusterIPs { get; init; } = true;

    /// <summary>Most Service addresses that are listened on; each takes a file descriptor while its Service has endpoints.</summary>
    public int MaxServiceAddresses { get; init; } = 4096;

    /// <summary>Whether Deployments, pods, endpoints and Service addresses come to life; without, there is only the API server.</summary>
    public bool RunControllers { get; init; } = true;

    /// <summary>Changes that the API server keeps per resource for watches to resume from.</summary>
    public int HistoryLimit { get; init; } = 16_384;

    /// <summary>Log of the API server, the cluster's controllers and the pods; null for none.</summary>
    public ILoggerFactory? Log { get; init; }

    /// <summary>Log of the ingress controller; null for what its options say.</summary>
    public Action<ILoggingBuilder>? ControllerLog { get; init; }

    /// <summary>Told what is going on while it starts.</summary>
    public Action<string>? Progress { get; init; }
}
