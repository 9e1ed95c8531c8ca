using YarpIngress.LocalCluster.Pods;

namespace YarpIngress.LocalCluster.Controllers.Kubelet;

/// <summary>What the kubelet knows of a pod that it runs.</summary>
internal sealed class RunningPod(string uid, EchoPod echo)
{
    public string Uid => uid;

    public EchoPod Echo => echo;

    /// <summary>The ports and their Services, as of the last look.</summary>
    public IReadOnlyList<ListeningPort> Ports { get; set; } = [];

    /// <summary>Why the pod does not listen as it should; null when it does.</summary>
    public string? Problem { get; set; }

    /// <summary>The fingerprint of the status that the kubelet wrote last.</summary>
    public string WrittenStatus { get; set; } = PodStatus.Untouched;

    /// <summary>Whether somebody else writes the pod's status: then the kubelet no longer does.</summary>
    public bool StatusIsForeign { get; set; }

    /// <summary>Its end, once that has begun.</summary>
    public CancellationTokenSource? Ending { get; set; }

    public string ServiceOf(int port) =>
        Ports.FirstOrDefault(listening => listening.Number == port && !listening.IsUdp && listening.Services.Count > 0)?.Services[0]
        ?? Ports.SelectMany(listening => listening.Services).Min(StringComparer.Ordinal)
        ?? "";
}
