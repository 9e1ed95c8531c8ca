using YarpIngress.Kubernetes;
using YarpIngress.Options;

namespace YarpIngress.Controller;

/// <summary>Where and under which name this replica competes for leadership. Who leads never concerns traffic.</summary>
internal static class Leadership
{
    /// <summary>
    /// The election: in <c>$POD_NAMESPACE</c>, else the namespace of the cluster configuration (the service account's or
    /// the kubeconfig context's, <c>default</c> when it names none); as <c>$POD_NAME</c>, else the host name.
    /// </summary>
    public static LeaderElectionOptions Election(
        ControllerOptions options, ClusterConfig cluster, string instance, Action<bool> onLeading, Action onOtherLed) => new()
        {
            Namespace = options.PodNamespace ?? cluster.Namespace,
            Name = options.ElectionId,
            Identity = options.PodName ?? instance,
            LeaseDuration = options.ElectionTtl,
            OnLeading = onLeading,
            OnOtherLed = onOtherLed,
        };

    /// <summary>Competes until it is told to resign, then only waits for its end.</summary>
    public static async Task RunAsync(LeaderElector elector, CancellationToken resigned, CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(resigned, ct);
        await elector.RunAsync(either.Token);
        if (!ct.IsCancellationRequested)
            await Task.Delay(Timeout.InfiniteTimeSpan, ct);
    }
}
