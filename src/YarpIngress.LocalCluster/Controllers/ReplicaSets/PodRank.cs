namespace YarpIngress.LocalCluster.Controllers.ReplicaSets;

/// <summary>Which pods go first when there are too many: upstream's order.</summary>
internal static class PodRank
{
    /// <summary>Sorts: not scheduled, not running, not ready, cheaper to delete, ready for less long, younger; by name at last.</summary>
    public static (int, int, int, int, long, long, string) Of(PodView pod) => (
        pod.NodeName is null ? 0 : 1,
        pod.Phase switch { "Pending" => 0, "Unknown" => 1, _ => 2 },
        pod.IsReady ? 1 : 0,
        pod.DeletionCost,
        -(pod.ReadySince?.UtcTicks ?? long.MaxValue),
        -pod.Created.UtcTicks,
        pod.Key.Name);
}
