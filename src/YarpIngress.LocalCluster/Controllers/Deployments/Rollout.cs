using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Controllers.ReplicaSets;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Controllers.Deployments;

/// <summary>A Deployment and its ReplicaSets as they are now.</summary>
internal sealed record Rollout
{
    public required JsonObject Deployment { get; init; }

    public required RolloutLimits Limits { get; init; }

    /// <summary>The set of the newest template; null before it is made.</summary>
    public required OwnedSet? Newest { get; init; }

    public required IReadOnlyList<OwnedSet> Old { get; init; }

    /// <summary>Sets that match and have no controller.</summary>
    public required IReadOnlyList<StoredObject> Orphans { get; init; }

    public IReadOnlyList<OwnedSet> All => Newest is null ? Old : [.. Old, Newest];

    public bool IsPaused => Deployment.FlagAt("spec", "paused");

    /// <summary>Whether a set was last sized for another number of replicas.</summary>
    public bool IsScaling => All.Any(set =>
        set.Replicas > 0 && DeploymentAnnotations.NumberOf(set.Json, DeploymentAnnotations.DesiredReplicas) is { } desired
            && desired != Limits.Replicas);

    public static Rollout Read(ClusterObjects objects, StoredObject stored)
    {
        var deployment = (objects.Find(ResourceCatalog.Deployments, stored.ObjectKey) is { } current
            && current.Uid == stored.Uid ? current : stored).ToJson();
        var selector = Selector.Of(deployment.ObjectAt("spec", "selector"));
        var owned = objects.Dependents(stored).Where(set => set.Resource == ResourceCatalog.ReplicaSets)
            .Select(set => new OwnedSet(set)).ToList();
        // Two sets can have the template after a rollback by hand: the older one is it, as upstream has it.
        var newest = owned
            .Where(set => PodTemplate.AreEqual(set.Template, deployment.ObjectAt("spec", "template")))
            .OrderBy(set => set.Created, StringComparer.Ordinal)
            .ThenBy(set => set.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        return new Rollout
        {
            Deployment = deployment,
            Limits = RolloutLimits.Of(deployment),
            Newest = newest,
            Old = [.. owned.Where(set => set != newest)],
            Orphans =
            [
                .. objects.List(ResourceCatalog.ReplicaSets, stored.Namespace)
                    .Where(set => !set.IsDeleting && selector.Matches(set.Labels) && OwnerReference.ControllerOf(set.ToJson()) is null),
            ],
        };
    }
}
