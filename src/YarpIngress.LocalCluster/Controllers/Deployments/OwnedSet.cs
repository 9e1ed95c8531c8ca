using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Controllers.Deployments;

/// <summary>A ReplicaSet of a Deployment.</summary>
internal sealed class OwnedSet(StoredObject stored)
{
    public StoredObject Stored { get; } = stored;

    public JsonObject Json { get; } = stored.ToJson();

    public string Name => Stored.Name;

    /// <summary>Pods that it should have.</summary>
    public int Replicas => Json.NumberAt("spec", "replicas") ?? 1;

    /// <summary>Pods that it has.</summary>
    public int Existing => Json.NumberAt("status", "replicas") ?? 0;

    public int Ready => Json.NumberAt("status", "readyReplicas") ?? 0;

    public int Available => Json.NumberAt("status", "availableReplicas") ?? 0;

    public long Revision => DeploymentAnnotations.RevisionOf(Json);

    public JsonObject? Template => Json.ObjectAt("spec", "template");

    public string Created => Json.TextAt("metadata", "creationTimestamp") ?? "";

    /// <summary>Whether its status speaks of its newest spec.</summary>
    public bool IsObserved => (Json.NumberAt("status", "observedGeneration") ?? 0) >= (Json.NumberAt("metadata", "generation") ?? 0);
}
