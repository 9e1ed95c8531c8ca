using System.Collections.Concurrent;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Controllers.Endpoints;

/// <summary>
/// Keeps the EndpointSlices and the older Endpoints of every Service
/// that has a selector. Those without belong to whoever makes them.
/// </summary>
internal sealed class EndpointSliceController
{
    public const string Manager = "endpointslice-controller.k8s.io";

    private const string Zone = "topology.kubernetes.io/zone";

    private readonly ClusterObjects _objects;
    private readonly Action<PodView> _prepare;
    private readonly WorkQueue _queue;
    private readonly ConcurrentDictionary<ObjectKey, byte> _deleted = new();

    /// <param name="objects">The cluster.</param>
    /// <param name="changes">What changes in it.</param>
    /// <param name="prepare">Makes a pod listen on its Services' ports before it is published.</param>
    /// <param name="log">Log.</param>
    public EndpointSliceController(
        ClusterObjects objects, ClusterChanges changes, Action<PodView> prepare, ILogger<EndpointSliceController> log)
    {
        _objects = objects;
        _prepare = prepare;
        _queue = new WorkQueue("endpointslice-controller", Reconcile, objects.Time, log);
        changes.On(ResourceCatalog.Services, ServiceChanged);
        changes.On(ResourceCatalog.Pods, PodChanged);
        changes.On(ResourceCatalog.EndpointSlices, SliceChanged);
        changes.On(ResourceCatalog.Nodes, NodeChanged);
        changes.On(ResourceCatalog.Endpoints, _queue.Add);
    }

    public Task RunAsync(CancellationToken cancel) => _queue.RunAsync(cancel);

    private void ServiceChanged(StoredObject? before, StoredObject? after)
    {
        var key = (after ?? before)!.ObjectKey;
        if (after is null)
            _deleted[key] = 0;
        _queue.Add(key);
    }

    /// <summary>A node in another zone: its endpoints are, too.</summary>
    private void NodeChanged(StoredObject? before, StoredObject? after)
    {
        if (before?.Labels.GetValueOrDefault(Zone) == after?.Labels.GetValueOrDefault(Zone))
            return;
        foreach (var service in _objects.List(ResourceCatalog.Services, null))
            _queue.Add(service.ObjectKey);
    }

    private string? ZoneOf(string node) =>
        _objects.Find(ResourceCatalog.Nodes, new ObjectKey("", node))?.Labels.GetValueOrDefault(Zone);

    private void PodChanged(StoredObject? before, StoredObject? after)
    {
        foreach (var pod in new[] { before, after }.OfType<StoredObject>())
        {
            foreach (var service in _objects.ServicesSelecting(pod.Namespace, pod.Labels))
                _queue.Add(ObjectKey.Of(service));
        }
    }

    /// <summary>A slice that somebody else changed or deleted is put right.</summary>
    private void SliceChanged(StoredObject? before, StoredObject? after)
    {
        foreach (var slice in new[] { before, after }.OfType<StoredObject>())
        {
            if (slice.Labels.GetValueOrDefault(SliceWriter.ManagedBy) == Manager
                && slice.Labels.GetValueOrDefault(SliceWriter.ServiceName) is { } service)
                _queue.Add(new ObjectKey(slice.Namespace, service));
        }
    }

    private TimeSpan? Reconcile(ObjectKey key)
    {
        var stored = _objects.Find(ResourceCatalog.Services, key);
        if (stored is null)
        {
            DeleteAll(key);
            return null;
        }

        _deleted.TryRemove(key, out _);
        var service = _objects.Service(stored);
        if (service.Spec is null || service.Spec.Type == "ExternalName" || service.Spec.Selector is not { Count: > 0 } || stored.IsDeleting)
            return null;
        var pods = PodEndpoints.Of(service, _objects.Pods(key.Namespace)).ToList();
        foreach (var pod in pods)
            _prepare(pod);
        var writer = new SliceWriter(_objects, Manager, stored, LabelsOf(stored, service), new Dictionary<string, string>());
        writer.Write(PodEndpoints.Groups(service, pods, ZoneOf));
        LegacyEndpoints.Write(_objects, stored, service, pods);
        return null;
    }

    private void DeleteAll(ObjectKey service)
    {
        foreach (var slice in _objects.SlicesOf(service).Where(slice => slice.Labels.GetValueOrDefault(SliceWriter.ManagedBy) == Manager))
            _objects.Delete(slice);
        // As upstream: the Endpoints of a Service go with it, whoever made them. Those whose Service is still to come stay.
        if (_deleted.TryRemove(service, out _) && _objects.Find(ResourceCatalog.Endpoints, service) is { } endpoints)
            _objects.Delete(endpoints);
    }

    private static Dictionary<string, string> LabelsOf(StoredObject stored, V1Service service)
    {
        var labels = new Dictionary<string, string>(stored.Labels, StringComparer.Ordinal)
        {
            [SliceWriter.ServiceName] = stored.Name,
            [SliceWriter.ManagedBy] = Manager,
        };
        if (service.Spec?.ClusterIP == "None")
            labels["service.kubernetes.io/headless"] = "";
        return labels;
    }
}
