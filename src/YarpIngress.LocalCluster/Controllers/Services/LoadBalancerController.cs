using System.Net;
using System.Text.Json.Nodes;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Schema;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Controllers.Services;

/// <summary>Gives Services of type LoadBalancer an address: the one in <c>spec.loadBalancerIP</c> when it is free, else the next.</summary>
/// <remarks>A Service with a <c>loadBalancerClass</c> is for somebody else.</remarks>
internal sealed class LoadBalancerController
{
    private const string Manager = "service-lb-controller";
    private readonly ClusterObjects _objects;
    private readonly ClusterEvents _events;
    private readonly AddressPool _addresses;
    private readonly Dictionary<ObjectKey, (string Uid, IPAddress Address)> _given = [];
    private readonly WorkQueue _queue;

    public LoadBalancerController(
        ClusterObjects objects, ClusterEvents events, ClusterChanges changes, AddressBlock block, ILogger<LoadBalancerController> log)
    {
        _objects = objects;
        _events = events;
        _addresses = new AddressPool(block.LoadBalancers);
        _queue = new WorkQueue(Manager, Reconcile, objects.Time, log);
        changes.On(ResourceCatalog.Services, _queue.Add);
        changes.OnRestart(() =>
        {
            foreach (var service in _objects.List(ResourceCatalog.Services, null))
                _queue.Add(service.ObjectKey);
        });
    }

    public Task RunAsync(CancellationToken cancel) => _queue.RunAsync(cancel);

    private TimeSpan? Reconcile(ObjectKey key)
    {
        var stored = _objects.Find(ResourceCatalog.Services, key);
        var service = stored is null ? null : _objects.Service(stored);
        var isOurs = service?.Spec is { Type: "LoadBalancer", LoadBalancerClass: null or "" } && !stored!.IsDeleting;
        if (_given.TryGetValue(key, out var given) && (!isOurs || given.Uid != stored!.Uid || !IsWanted(service!, given.Address)))
        {
            _addresses.Free(given.Address);
            _given.Remove(key);
        }

        if (isOurs)
            Give(key, stored!, service!);
        else if (service?.Spec is { Type: not "LoadBalancer" } && service.Status?.LoadBalancer?.Ingress is { Count: > 0 })
            _objects.ModifyStatus(Manager, stored!, value => value.Ensure("status")["loadBalancer"] = new JsonObject());
        return null;
    }

    private static bool IsWanted(V1Service service, IPAddress address) =>
        service.Spec?.LoadBalancerIP is not { Length: > 0 } wanted || wanted == address.ToString();

    private void Give(ObjectKey key, StoredObject stored, V1Service service)
    {
        var isNew = !_given.TryGetValue(key, out var given);
        if (isNew)
        {
            if (Choose(stored, service) is not { } address)
                return;
            given = _given[key] = (stored.Uid, address);
            _events.Normal(Manager, stored, "EnsuredLoadBalancer", $"Load balancer at {address}");
        }

        _objects.ModifyStatus(Manager, stored, value =>
            value.Ensure("status")["loadBalancer"] =
                new JsonObject { ["ingress"] = new JsonArray(new JsonObject { ["ip"] = given.Address.ToString(), ["ipMode"] = "VIP" }) });
    }

    private IPAddress? Choose(StoredObject stored, V1Service service)
    {
        if (service.Spec?.LoadBalancerIP is not { Length: > 0 } wanted)
        {
            // What it had before a restart of this controller stays its own.
            var before = service.Status?.LoadBalancer?.Ingress?.FirstOrDefault()?.Ip;
            return before is not null && IPAddress.TryParse(before, out var old) && _addresses.Take(old) ? old : _addresses.Take();
        }

        if (IPAddress.TryParse(wanted, out var address) && _addresses.Take(address))
            return address;
        _events.Warning(
            Manager, stored, "SyncLoadBalancerFailed",
            $"spec.loadBalancerIP {wanted} is taken or not in {_addresses.Network}: "
            + "the Service gets no address until it asks for another.");
        return null;
    }
}
