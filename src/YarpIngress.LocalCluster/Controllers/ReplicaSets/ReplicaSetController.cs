using System.Text.Json.Nodes;
using YarpIngress.Kubernetes;
using YarpIngress.LocalCluster.Api;
using YarpIngress.LocalCluster.Api.Selectors;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Controllers.ReplicaSets;

/// <summary>Keeps the wanted number of pods of every ReplicaSet.</summary>
internal sealed class ReplicaSetController
{
    private const string Manager = "replicaset-controller";
    private readonly ClusterObjects _objects;
    private readonly ClusterEvents _events;
    private readonly WorkQueue _queue;

    public ReplicaSetController(ClusterObjects objects, ClusterEvents events, ClusterChanges changes, ILogger<ReplicaSetController> log)
    {
        _objects = objects;
        _events = events;
        _queue = new WorkQueue(Manager, Reconcile, objects.Time, log);
        changes.On(ResourceCatalog.ReplicaSets, (before, after) => _queue.Add((after ?? before)!.ObjectKey));
        changes.On(ResourceCatalog.Pods, PodChanged);
    }

    public Task RunAsync(CancellationToken cancel) => _queue.RunAsync(cancel);

    private void PodChanged(StoredObject? before, StoredObject? after)
    {
        foreach (var pod in new[] { before, after }.OfType<StoredObject>().Select(_objects.View))
        {
            if (pod.ControllerKind == "ReplicaSet")
                _queue.Add(new ObjectKey(pod.Key.Namespace, pod.ControllerName ?? ""));
        }

        // A pod without a controller may be adopted.
        if (after is not null && _objects.View(after).ControllerUid is null)
        {
            foreach (var set in _objects.List(ResourceCatalog.ReplicaSets, after.Namespace))
            {
                if (SelectorOf(set.ToJson()).Matches(after.Labels))
                    _queue.Add(set.ObjectKey);
            }
        }
    }

    private static LabelSelector SelectorOf(JsonObject set) => Selector.Of(set.ObjectAt("spec", "selector"));

    private TimeSpan? Reconcile(ObjectKey key)
    {
        if (_objects.Find(ResourceCatalog.ReplicaSets, key) is not { } stored)
            return null;
        var set = stored.ToJson();
        var selector = SelectorOf(set);
        var pods = PodClaim.Of(_objects, Manager, stored, selector).Where(pod => pod.IsActive).ToList();
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
                var pod = _objects.Create(
                    Manager, ResourceCatalog.Pods, stored.Namespace, PodTemplate.NewPod(stored, set.ObjectAt("spec", "template") ?? []));
                _events.Normal(Manager, stored, "SuccessfulCreate", $"Created pod: {pod.Name}");
                pods.Add(_objects.View(pod));
            }
        }
        catch (ApiError error)
        {
            _events.Warning(Manager, stored, "FailedCreate", $"Error creating: {error.Message}");
            return (pods, error.Message);
        }

        if (pods.Count <= wanted)
            return (pods, null);
        var ranked = pods.OrderBy(PodRank.Of).ToList();
        foreach (var pod in ranked.Take(pods.Count - wanted))
        {
            _objects.Delete(pod.Source);
            _events.Normal(Manager, stored, "SuccessfulDelete", $"Deleted pod: {pod.Key.Name}");
        }

        return (ranked[(pods.Count - wanted)..], null);
    }

    private int WriteStatus(StoredObject stored, JsonObject set, List<PodView> pods, TimeSpan minReady, string? failure)
    {
        var now = _objects.Now;
        var labels = set.ObjectAt("spec", "template", "metadata", "labels").TextMap();
        var available = pods.Count(pod => pod.IsAvailable(minReady, now));
        _objects.ModifyStatus(Manager, stored, value =>
        {
            var status = value.Make("status");
            status["replicas"] = pods.Count;
            SetCount(status, "fullyLabeledReplicas", pods.Count(pod => Selector.Takes(labels, pod.Labels)));
            SetCount(status, "readyReplicas", pods.Count(pod => pod.IsReady));
            SetCount(status, "availableReplicas", available);
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

    /// <summary>Counts of nothing are left out, as upstream writes them.</summary>
    private static void SetCount(JsonObject status, string name, int count)
    {
        if (count == 0)
            status.Remove(name);
        else
            status[name] = count;
    }

    /// <summary>When the next ready pod will have been ready for long enough.</summary>
    private TimeSpan Remaining(List<PodView> pods, TimeSpan minReady)
    {
        var now = _objects.Now;
        var next = pods.Where(pod => pod.IsReady && !pod.IsAvailable(minReady, now)).Min(pod => (pod.ReadySince ?? now) + minReady) - now;
        return next > TimeSpan.FromMilliseconds(100) ? next : TimeSpan.FromMilliseconds(100);
    }
}
