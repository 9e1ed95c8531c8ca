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
        ControllerOptions options, ClusterConfig cluster, string instance, Action<bool> onLeading) => new()
        {
            Namespace = options.PodNamespace ?? cluster.Namespace,
            Name = options.ElectionId,
            Identity = options.PodName ?? instance,
            LeaseDuration = options.ElectionTtl,
            OnLeading = onLeading,
        };
}
