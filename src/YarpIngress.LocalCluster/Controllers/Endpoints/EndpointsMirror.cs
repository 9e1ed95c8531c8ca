using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using YarpIngress.Kubernetes;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Controllers.Endpoints;

/// <summary>Copies Endpoints that were written by hand into EndpointSlices, for Services without a selector.</summary>
internal sealed class EndpointsMirror
{
    public const string Manager = "endpointslicemirroring-controller.k8s.io";
    private const string SkipMirror = "endpointslice.kubernetes.io/skip-mirror";
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";
    private const string LastTrigger = "endpoints.kubernetes.io/last-change-trigger-time";
    private const string LeaderAnnotation = "control-plane.alpha.kubernetes.io/leader";

    private readonly ClusterObjects _objects;
    private readonly WorkQueue _queue;

    public EndpointsMirror(ClusterObjects objects, ClusterChanges changes, ILogger<EndpointsMirror> log)
    {
        _objects = objects;
        _queue = new WorkQueue("endpointslicemirroring-controller", Reconcile, objects.Time, log);
        changes.On(ResourceCatalog.Endpoints, _queue.Add);
        changes.On(ResourceCatalog.Services, _queue.Add);
        changes.On(ResourceCatalog.EndpointSlices, SliceChanged);
    }

    public Task RunAsync(CancellationToken cancel) => _queue.RunAsync(cancel);

    private void SliceChanged(StoredObject? before, StoredObject? after)
    {
        var slice = (after ?? before)!;
        if (slice.Labels.GetValueOrDefault(SliceWriter.ManagedBy) == Manager
            && slice.Labels.GetValueOrDefault(SliceWriter.ServiceName) is { } service)
            _queue.Add(new ObjectKey(slice.Namespace, service));
    }

    private TimeSpan? Reconcile(ObjectKey key)
    {
        var endpoints = _objects.Find(ResourceCatalog.Endpoints, key);
        var service = _objects.Find(ResourceCatalog.Services, key);
        if (endpoints is null || service is null || !IsMirrored(endpoints, service))
        {
            foreach (var slice in _objects.SlicesOf(key).Where(slice => slice.Labels.GetValueOrDefault(SliceWriter.ManagedBy) == Manager))
                _objects.Delete(slice);
            return null;
        }

        var json = endpoints.ToJson();
        var labels = new Dictionary<string, string>(endpoints.Labels, StringComparer.Ordinal)
        {
            [SliceWriter.ServiceName] = key.Name,
            [SliceWriter.ManagedBy] = Manager,
        };
        var annotations = json.ObjectAt("metadata", "annotations").TextMap()
            .Where(annotation => annotation.Key is not (LastApplied or LastTrigger))
            .ToDictionary(StringComparer.Ordinal);
        new SliceWriter(_objects, Manager, endpoints, labels, annotations).Write(Groups(json));
        return null;
    }

    private bool IsMirrored(StoredObject endpoints, StoredObject service) =>
        _objects.Service(service).Spec?.Selector is not { Count: > 0 }
        && endpoints.Labels.GetValueOrDefault(SkipMirror) != "true"
        && endpoints.ToJson().At("metadata", "annotations", LeaderAnnotation) is null
        && !endpoints.IsDeleting;

    private static List<SliceGroup> Groups(JsonObject endpoints)
    {
        var groups = new Dictionary<string, SliceGroup>(StringComparer.Ordinal);
        foreach (var subset in endpoints.ItemsAt("subsets"))
        {
            var ports = SlicePort.Of(subset);
            foreach (var (list, ready) in new[] { ("addresses", true), ("notReadyAddresses", false) })
            {
                foreach (var address in subset.ItemsAt(list))
                    Add(groups, ports, address, ready);
            }
        }

        return [.. groups.Values];
    }

    private static void Add(Dictionary<string, SliceGroup> groups, IReadOnlyList<SlicePort> ports, JsonObject address, bool ready)
    {
        if (!IPAddress.TryParse(address.TextAt("ip"), out var ip))
            return;
        var group = SliceGroup.New(ip.AddressFamily == AddressFamily.InterNetworkV6 ? "IPv6" : "IPv4", ports);
        group = groups.TryGetValue(group.Key, out var known) ? known : groups[group.Key] = group;
        var endpoint =
            new JsonObject { ["addresses"] = new JsonArray(address.TextAt("ip")), ["conditions"] = new JsonObject { ["ready"] = ready } };
        foreach (var name in (ReadOnlySpan<string>)["hostname", "nodeName", "targetRef"])
        {
            if (address[name] is { } value)
                endpoint[name] = value.DeepClone();
        }

        group.Endpoints[SliceGroup.EndpointKey(endpoint)] = endpoint;
    }
}
