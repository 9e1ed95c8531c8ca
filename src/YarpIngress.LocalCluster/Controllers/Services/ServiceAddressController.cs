using System.Net;
using YarpIngress.Kubernetes;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.ServiceProxy;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Controllers.Services;

/// <summary>Opens and closes Service addresses as Services and EndpointSlices, whoever makes them, come and go.</summary>
internal sealed class ServiceAddressController
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);
    private readonly ClusterObjects _objects;
    private readonly OpenFronts _fronts;
    private readonly IPAddress _node;
    private readonly bool _clusterIPs;
    private readonly HashSet<ObjectKey> _known = [];
    private readonly WorkQueue _queue;

    public ServiceAddressController(
        ClusterObjects objects, ClusterChanges changes, OpenFronts fronts, IPAddress node, bool clusterIPs,
        ILogger<ServiceAddressController> log)
    {
        _objects = objects;
        _fronts = fronts;
        _node = node;
        _clusterIPs = clusterIPs;
        _queue = new WorkQueue("service-proxy", Reconcile, objects.Time, log);
        changes.On(ResourceCatalog.Services, _queue.Add);
        changes.On(ResourceCatalog.EndpointSlices, SliceChanged);
        changes.OnRestart(() =>
        {
            lock (_known)
            {
                foreach (var key in _known)
                    _queue.Add(key);
            }
        });
    }

    public Task RunAsync(CancellationToken cancel) => Task.WhenAll(_queue.RunAsync(cancel), RetryAsync(cancel));

    private async Task RetryAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(RetryInterval, _objects.Time);
        while (await timer.WaitForNextTickAsync(cancel))
            _fronts.Retry();
    }

    private void SliceChanged(StoredObject? before, StoredObject? after)
    {
        foreach (var slice in new[] { before, after }.OfType<StoredObject>())
        {
            if (slice.Labels.GetValueOrDefault("kubernetes.io/service-name") is { } service)
                _queue.Add(new ObjectKey(slice.Namespace, service));
        }
    }

    private TimeSpan? Reconcile(ObjectKey key)
    {
        var stored = _objects.Find(ResourceCatalog.Services, key);
        lock (_known)
        {
            if (stored is null)
                _known.Remove(key);
            else
                _known.Add(key);
        }

        IReadOnlyList<Front> fronts = stored is null
            ? []
            : ServiceFronts.Of(_objects.Service(stored), [.. _objects.SlicesOf(key).Select(_objects.Slice)], _node, _clusterIPs);
        _fronts.Set(key, fronts);
        return null;
    }
}
