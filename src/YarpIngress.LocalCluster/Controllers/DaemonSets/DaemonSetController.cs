using System.Text.Json.Nodes;
using YarpIngress.Kubernetes;
using YarpIngress.LocalCluster.Api;
using YarpIngress.LocalCluster.Controllers.ReplicaSets;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Schema;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Controllers.DaemonSets;

/// <summary>Keeps one pod of every DaemonSet on each node that it is for, and rolls new templates out over the nodes.</summary>
internal sealed class DaemonSetController : WorkloadController
{
    private const string Manager = "daemonset-controller";
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    public DaemonSetController(ClusterObjects objects, ClusterEvents events, ClusterChanges changes, ILogger<DaemonSetController> log)
        : base(Manager, ResourceCatalog.DaemonSets, objects, events, changes, log)
    {
        changes.On(ResourceCatalog.Pods, AddOwners);
        changes.On(ResourceCatalog.Nodes, NodeChanged);
    }

    // Nodes report their state all the time; only what decides where pods go matters.
    private void NodeChanged(StoredObject? before, StoredObject? after)
    {
        if (before is not null && after is not null && JsonNode.DeepEquals(before.ToJson()["spec"], after.ToJson()["spec"])
            && before.Labels.Count == after.Labels.Count && !before.Labels.Except(after.Labels).Any())
        {
            return;
        }

        foreach (var set in Objects.List(ResourceCatalog.DaemonSets, null))
            Queue.Add(set.ObjectKey);
    }

    protected override TimeSpan? Reconcile(ObjectKey key)
    {
        if (Objects.Find(ResourceCatalog.DaemonSets, key) is not { } stored || stored.IsDeleting)
            return null;
        var set = stored.ToJson();
        var template = set.ObjectAt("spec", "template") ?? [];
        var hash = TemplateRevisions.Keep(
            Objects, Manager, stored, template, PodClaim.Of(Objects, Manager, stored, Selector.Of(set.ObjectAt("spec", "selector"))));
        var minReady = TimeSpan.FromSeconds(set.NumberAt("spec", "minReadySeconds") ?? 0);
        var failure = Place(stored, set, template, hash, minReady);
        var (pods, nodes) = Read(stored, set, template, hash, minReady);
        WriteStatus(stored, set, nodes, pods.Count(pod => pod.IsActive && nodes.All(node => node.Node != pod.NodeName)));
        if (failure)
            return Retry;
        // Somebody has to look again when a pod has been ready for long enough.
        return pods.Any(pod => pod.IsReady && !pod.IsAvailable(minReady, Objects.Now)) ? TimeSpan.FromMilliseconds(200) : null;
    }

    private (List<PodView> Pods, List<DaemonPods> Nodes) Read(
        StoredObject stored, JsonObject set, JsonObject template, string hash, TimeSpan minReady)
    {
        var pods = PodClaim.Of(Objects, Manager, stored, Selector.Of(set.ObjectAt("spec", "selector")));
        var nodes = Objects.List(ResourceCatalog.Nodes, null).Where(node => NodeFit.Fits(node, template.ObjectAt("spec")))
            .Select(node => DaemonPods.Of(node.Name, [.. pods.Where(pod => pod.NodeName == node.Name)], hash, minReady, Objects.Now))
            .ToList();
        return (pods, nodes);
    }

    /// <summary>
    /// Makes pods where they are missing and takes away those that are too many or old. Says whether a pod could not be made.
    /// </summary>
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
            Events.Warning(Manager, stored, "FailedCreate", $"Error creating: {error.Message}");
            return true;
        }

        return false;
    }

    private void Create(StoredObject stored, JsonObject template, string node, string hash)
    {
        var pod = PodTemplate.NewPod(stored, template);
        pod.Ensure("metadata").Ensure("labels")[DaemonPods.HashLabel] = hash;
        pod.Ensure("spec")["nodeName"] = node;
        var created = Objects.Create(Manager, ResourceCatalog.Pods, stored.Namespace, pod);
        Events.Normal(Manager, stored, "SuccessfulCreate", $"Created pod: {created.Name}");
    }

    private void Delete(StoredObject stored, PodView pod)
    {
        Objects.Delete(pod.Source);
        Events.Normal(Manager, stored, "SuccessfulDelete", $"Deleted pod: {pod.Key.Name}");
    }

    private void WriteStatus(StoredObject stored, JsonObject set, List<DaemonPods> nodes, int elsewhere) =>
        Objects.ModifyStatus(Manager, stored, value =>
        {
            var status = value.Ensure("status");
            status["desiredNumberScheduled"] = nodes.Count;
            status["currentNumberScheduled"] = nodes.Count(node => node.New.Count + node.Old.Count > 0);
            status["numberMisscheduled"] = elsewhere;
            status["numberReady"] = nodes.Count(node => node.New.Concat(node.Old).Any(pod => pod.IsReady));
            status.SetCount("updatedNumberScheduled", nodes.Count(node => node.New.Count > 0));
            status.SetCount("numberAvailable", nodes.Count(node => node.HasAvailable));
            status.SetCount("numberUnavailable", nodes.Count(node => !node.HasAvailable));
            status["observedGeneration"] = set.At("metadata", "generation")?.DeepClone();
        });
}
