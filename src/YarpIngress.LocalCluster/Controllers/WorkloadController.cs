using YarpIngress.Kubernetes;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Controllers;

/// <summary>
/// A controller that keeps the objects which those of one kind stand for: looks at each of them when it or what it owns changes.
/// </summary>
internal abstract class WorkloadController
{
    private readonly ResourceInfo _resource;

    /// <param name="name">For the log.</param>
    /// <param name="resource">The kind that it is for.</param>
    /// <param name="objects">The cluster.</param>
    /// <param name="events">Takes what it did.</param>
    /// <param name="changes">What changes in the cluster.</param>
    /// <param name="log">Log.</param>
    protected WorkloadController(
        string name, ResourceInfo resource, ClusterObjects objects, ClusterEvents events, ClusterChanges changes, ILogger log)
    {
        (_resource, Objects, Events) = (resource, objects, events);
        Queue = new WorkQueue(name, Reconcile, objects.Time, log);
        changes.On(resource, Queue.Add);
    }

    /// <summary>The cluster.</summary>
    protected ClusterObjects Objects { get; }

    /// <summary>Takes what it did.</summary>
    protected ClusterEvents Events { get; }

    /// <summary>What it has to look at.</summary>
    protected WorkQueue Queue { get; }

    public Task RunAsync(CancellationToken cancel) => Queue.RunAsync(cancel);

    /// <summary>Brings one object to what is wanted; says when to look again without a change, if at all.</summary>
    protected abstract TimeSpan? Reconcile(ObjectKey key);

    /// <summary>Looks at whoever of the kind the pod belongs to, or belonged to before.</summary>
    protected void AddOwners(StoredObject? before, StoredObject? after)
    {
        foreach (var pod in new[] { before, after }.OfType<StoredObject>().Select(Objects.View))
        {
            if (pod.ControllerKind == _resource.Kind)
                Queue.Add(new ObjectKey(pod.Key.Namespace, pod.ControllerName ?? ""));
        }
    }
}
