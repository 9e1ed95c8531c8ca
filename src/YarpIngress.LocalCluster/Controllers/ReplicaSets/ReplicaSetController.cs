using System.Text.Json.Nodes;
using YarpIngress.Kubernetes;
using YarpIngress.LocalCluster.Api;
using YarpIngress.LocalCluster.Api.Selectors;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Schema;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Controllers.ReplicaSets;

/// <summary>Keeps the wanted number of pods of every ReplicaSet.</summary>
internal sealed class ReplicaSetController : WorkloadController
{
    private const string Manager = "replicaset-controller";

    public ReplicaSetController(ClusterObjects objects, ClusterEvents events, ClusterChanges changes, ILogger<ReplicaSetController> log)
        : base(Manager, ResourceCatalog.ReplicaSets, objects, events, changes, log)
    {
        changes.On(ResourceCatalog.Pods, PodChanged);
    }

    private void PodChanged(StoredObject? before, StoredObject? after)
    {
        AddOwners(before, after);
        // A pod without a controller may be adopted.
        if (after is not null && Objects.View(after).ControllerUid is null)
        {
            foreach (var set in Objects.List(ResourceCatalog.ReplicaSets, after.Namespace))
            {
                if (SelectorOf(set.ToJson()).Matches(after.Labels))
                    Queue.Add(set.ObjectKey);
            }
        }
    }

    private static LabelSelector SelectorOf(JsonObject set) => Selector.Of(set.ObjectAt("spec", "selector"));

    protected override TimeSpan? Reconcile(ObjectKey key)
    {
        if (Objects.Find(ResourceCatalog.ReplicaSets, key) is not { } stored)
            return null;
        var set = stored.ToJson();
        var selector = SelectorOf(set);
        var pods = PodClaim.Of(Objects, Manager, stored, selector).Where(pod => pod.IsActive).ToList();
        string? failure = null;
        if (!stored.IsDeleting)
            (pods, failure) = Scale(stored, set, pods);
        var minReady = TimeSpan.FromSeconds(set.NumberAt("spec", "minReadySeconds") ?? 0);
        var available = WriteStatus(stored, set, pods, minReady, failure);
        if (failure is not null)
            return TimeSpan.FromSeconds(1);
        return pods.Count(pod => pod.IsReady) > available ? Remaining(pods, minReady) : null;
    }

    private (List<PodView> Pods, string? Failure) Scale(StoredObject stored, JsonObject set, List<PodView> pods)
    {
        var wanted = set.NumberAt("spec", "replicas") ?? 1;
        try
        {
            while (pods.Count < wanted)
            {
                var pod = Objects.Create(
                    Manager, ResourceCatalog.Pods, stored.Namespace, PodTemplate.NewPod(stored, set.ObjectAt("spec", "template") ?? []));
                Events.Normal(Manager, stored, "SuccessfulCreate", $"Created pod: {pod.Name}");
                pods.Add(Objects.View(pod));
            }
        }
        catch (ApiError error)
        {
            Events.Warning(Manager, stored, "FailedCreate", $"Error creating: {error.Message}");
            return (pods, error.Message);
        }

        if (pods.Count <= wanted)
            return (pods, null);
        var ranked = pods.OrderBy(PodRank.Of).ToList();
        foreach (var pod in ranked.Take(pods.Count - wanted))
        {
            Objects.Delete(pod.Source);
            Events.Normal(Manager, stored, "SuccessfulDelete", $"Deleted pod: {pod.Key.Name}");
        }

        return (ranked[(pods.Count - wanted)..], null);
    }

    private int WriteStatus(StoredObject stored, JsonObject set, List<PodView> pods, TimeSpan minReady, string? failure)
    {
        var now = Objects.Now;
        var labels = set.ObjectAt("spec", "template", "metadata", "labels").TextMap();
        var available = pods.Count(pod => pod.IsAvailable(minReady, now));
        Objects.ModifyStatus(Manager, stored, value =>
        {
            var status = value.Ensure("status");
            status["replicas"] = pods.Count;
            status.SetCount("fullyLabeledReplicas", pods.Count(pod => Selector.Takes(labels, pod.Labels)));
            status.SetCount("readyReplicas", pods.Count(pod => pod.IsReady));
            status.SetCount("availableReplicas", available);
            status["observedGeneration"] = set.At("metadata", "generation")?.DeepClone();
            if (failure is not null)
                Conditions.Set(status, "ReplicaFailure", "True", "FailedCreate", failure, now);
            else
                Conditions.Remove(status, "ReplicaFailure");
            if (status["conditions"] is JsonArray { Count: 0 })
                status.Remove("conditions");
        });
        return available;
    }

    /// <summary>When the next ready pod will have been ready for long enough.</summary>
    private TimeSpan Remaining(List<PodView> pods, TimeSpan minReady)
    {
        var now = Objects.Now;
        var next = pods.Where(pod => pod.IsReady && !pod.IsAvailable(minReady, now)).Min(pod => (pod.ReadySince ?? now) + minReady) - now;
        return next > TimeSpan.FromMilliseconds(100) ? next : TimeSpan.FromMilliseconds(100);
    }
}
