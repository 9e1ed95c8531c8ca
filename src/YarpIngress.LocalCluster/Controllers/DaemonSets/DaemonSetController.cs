using System.Text.Json.Nodes;
using YarpIngress.Kubernetes;
using YarpIngress.LocalCluster.Api;
using YarpIngress.LocalCluster.Controllers.ReplicaSets;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Controllers.DaemonSets;

/// <summary>Keeps one pod of every DaemonSet on each node that it is for, and rolls new templates out over the nodes.</summary>
/// <remarks>Revisions are not kept: <c>kubectl rollout undo</c> has nothing to go back to.</remarks>
internal sealed class DaemonSetController
{
    private const string Manager = "daemonset-controller";
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);
    private readonly ClusterObjects _objects;
    private readonly ClusterEvents _events;
    private readonly WorkQueue _queue;

    public DaemonSetController(ClusterObjects objects, ClusterEvents events, ClusterChanges changes, ILogger<DaemonSetController> log)
    {
        _objects = objects;
        _events = events;
        _queue = new WorkQueue(Manager, Reconcile, objects.Time, log);
        changes.On(ResourceCatalog.DaemonSets, (before, after) => _queue.Add((after ?? before)!.ObjectKey));
        changes.On(ResourceCatalog.Pods, PodChanged);
        changes.On(ResourceCatalog.Nodes, NodeChanged);
    }

    public Task RunAsync(CancellationToken cancel) => _queue.RunAsync(cancel);

    private void PodChanged(StoredObject? before, StoredObject? after)
    {
        foreach (var pod in new[] { before, after }.OfType<StoredObject>().Select(_objects.View))
        {
            if (pod.ControllerKind == "DaemonSet")
                _queue.Add(new ObjectKey(pod.Key.Namespace, pod.ControllerName ?? ""));
        }
    }

    // Nodes report their state all the time; only what decides where pods go matters.
    private void NodeChanged(StoredObject? before, StoredObject? after)
    {
        if (before is not null && after is not null && JsonNode.DeepEquals(before.ToJson()["spec"], after.ToJson()["spec"])
            && before.Labels.Count == after.Labels.Count && !before.Labels.Except(after.Labels).Any())
        {
            return;
        }

        foreach (var set in _objects.List(ResourceCatalog.DaemonSets, null))
            _queue.Add(set.ObjectKey);
    }

    private TimeSpan? Reconcile(ObjectKey key)
    {
        if (_objects.Find(ResourceCatalog.DaemonSets, key) is not { } stored || stored.IsDeleting)
            return null;
        var set = stored.ToJson();
        var template = set.ObjectAt("spec", "template") ?? [];
        var hash = Hash.Name(template.ToJsonString());
        var minReady = TimeSpan.FromSeconds(set.NumberAt("spec", "minReadySeconds") ?? 0);
        var failure = Place(stored, set, template, hash, minReady);
        var (pods, nodes) = Read(stored, set, template, hash, minReady);
        WriteStatus(stored, set, nodes, pods.Count(pod => pod.IsActive && nodes.All(node => node.Node != pod.NodeName)));
        if (failure)
            return Retry;
        // Somebody has to look again when a pod has been ready for long enough.
        return pods.Any(pod => pod.IsReady && !pod.IsAvailable(minReady, _objects.Now)) ? TimeSpan.FromMilliseconds(200) : null;
    }

    private (List<PodView> Pods, List<DaemonPods> Nodes) Read(
        StoredObject stored, JsonObject set, JsonObject template, string hash, TimeSpan minReady)
    {
        var pods = PodClaim.Of(_objects, Manager, stored, Selector.Of(set.ObjectAt("spec", "selector")));
        var nodes = _objects.List(ResourceCatalog.Nodes, null).Where(node => NodeFit.Fits(node, template.ObjectAt("spec")))
            .Select(node => DaemonPods.Of(node.Name, [.. pods.Where(pod => pod.NodeName == node.Name)], hash, minReady, _objects.Now))
            .ToList();
        return (pods, nodes);
    }

    /// <summary>Makes pods where they are missing and takes away those that are too many or old. Says whether a pod could not be made.</summary>
    private bool Place(StoredObject stored, JsonObject set, JsonObject template, string hash, TimeSpan minReady)
    {
        var (pods, nodes) = Read(stored, set, template, hash, minReady);
        foreach (var pod in pods.Where(pod => !pod.IsDeleting && (pod.IsOver || nodes.All(node => node.Node != pod.NodeName))))
            Delete(stored, pod);
        foreach (var pod in nodes.SelectMany(node => node.New.Skip(1).Concat(node.Old.Skip(1))))
            Delete(stored, pod);
        var (old, beside) = DaemonPods.Roll(set, nodes);
        foreach (var pod in old)
            Delete(stored, pod);
        try
        {
            foreach (var node in nodes.Where(node => node.IsEmpty).Select(node => node.Node).Concat(beside))
                Create(stored, template, node, hash);
        }
        catch (ApiError error)
        {
            _events.Warning(Manager, stored, "FailedCreate", $"Error creating: {error.Message}");
            return true;
        }

        return false;
    }

    private void Create(StoredObject stored, JsonObject template, string node, string hash)
    {
        var pod = PodTemplate.NewPod(stored, template);
        pod.Make("metadata").Make("labels")[DaemonPods.HashLabel] = hash;
        pod.Make("spec")["nodeName"] = node;
        var created = _objects.Create(Manager, ResourceCatalog.Pods, stored.Namespace, pod);
        _events.Normal(Manager, stored, "SuccessfulCreate", $"Created pod: {created.Name}");
    }

    private void Delete(StoredObject stored, PodView pod)
    {
        _objects.Delete(pod.Source);
        _events.Normal(Manager, stored, "SuccessfulDelete", $"Deleted pod: {pod.Key.Name}");
    }

    private void WriteStatus(StoredObject stored, JsonObject set, List<DaemonPods> nodes, int elsewhere) =>
        _objects.ModifyStatus(Manager, stored, value =>
        {
            var status = value.Make("status");
            status["desiredNumberScheduled"] = nodes.Count;
            status["currentNumberScheduled"] = nodes.Count(node => node.New.Count + node.Old.Count > 0);
            status["numberMisscheduled"] = elsewhere;
            status["numberReady"] = nodes.Count(node => node.New.Concat(node.Old).Any(pod => pod.IsReady));
            SetCount(status, "updatedNumberScheduled", nodes.Count(node => node.New.Count > 0));
            SetCount(status, "numberAvailable", nodes.Count(node => node.HasAvailable));
            SetCount(status, "numberUnavailable", nodes.Count(node => !node.HasAvailable));
            status["observedGeneration"] = set.At("metadata", "generation")?.DeepClone();
        });

    /// <summary>Counts of nothing are left out, as upstream writes them.</summary>
    private static void SetCount(JsonObject status, string name, int count)
    {
        if (count == 0)
            status.Remove(name);
        else
            status[name] = count;
    }
}
