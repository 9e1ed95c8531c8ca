using System.Text.Json.Nodes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Schema;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Controllers.Endpoints;

/// <summary>The older Endpoints object of a Service, which clusters still keep next to the slices.</summary>
internal static class LegacyEndpoints
{
    public const string Manager = "endpoint-controller";
    private const int MaxAddresses = 1000;

    public static void Write(ClusterObjects objects, StoredObject stored, V1Service service, IReadOnlyList<PodView> pods)
    {
        var subsets = Subsets(service, pods);
        var labels =
            new Dictionary<string, string>(stored.Labels, StringComparer.Ordinal) { ["endpoints.kubernetes.io/managed-by"] = Manager };
        if (service.Spec?.ClusterIP == "None")
            labels["service.kubernetes.io/headless"] = "";
        if (objects.Find(ResourceCatalog.Endpoints, stored.ObjectKey) is { } existing)
        {
            objects.Modify(Manager, existing, endpoints =>
            {
                endpoints.Ensure("metadata")["labels"] = labels.ToJson();
                Set(endpoints, subsets);
            });
            return;
        }

        var created = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = stored.Name, ["namespace"] = stored.Namespace, ["labels"] = labels.ToJson() },
        };
        Set(created, subsets);
        objects.Create(Manager, ResourceCatalog.Endpoints, stored.Namespace, created);
    }

    private static void Set(JsonObject endpoints, JsonArray subsets)
    {
        if (subsets.Count == 0)
            endpoints.Remove("subsets");
        else
            endpoints["subsets"] = subsets.DeepClone();
    }

    private static JsonArray Subsets(V1Service service, IReadOnlyList<PodView> pods)
    {
        var subsets = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        var published = service.Spec?.PublishNotReadyAddresses == true;
        // Endpoints know nothing of pods that are ending.
        foreach (
            var pod in pods.Where(pod => !pod.IsDeleting || published).OrderBy(pod => pod.PodIP, StringComparer.Ordinal).Take(MaxAddresses))
        {
            var ports = PodEndpoints.PortsOf(service, pod);
            if (ports.Count == 0 && service.Spec?.Ports is { Count: > 0 })
                continue;
            var key = SlicePort.SetKey(ports);
            if (!subsets.TryGetValue(key, out var subset))
                subsets[key] = subset = New(ports);
            var list = pod.IsReady || published ? "addresses" : "notReadyAddresses";
            if (subset[list] is not JsonArray addresses)
                subset[list] = addresses = [];
            addresses.Add((JsonNode)Address(service, pod));
        }

        return new JsonArray([.. subsets.Values]);
    }

    private static JsonObject New(IReadOnlyList<SlicePort> ports)
    {
        var subset = new JsonObject();
        if (ports.Count > 0)
            subset["ports"] = new JsonArray([.. ports.Select(Port)]);
        return subset;
    }

    private static JsonObject Port(SlicePort port)
    {
        var json = port.ToJson();
        if (port.Name.Length == 0)
            json.Remove("name");
        return json;
    }

    private static JsonObject Address(V1Service service, PodView pod)
    {
        var address = new JsonObject { ["ip"] = pod.PodIP, ["targetRef"] = PodEndpoints.TargetRef(pod) };
        if (pod.NodeName is not null)
            address["nodeName"] = pod.NodeName;
        if (PodEndpoints.HostnameOf(service, pod) is { } hostname)
            address["hostname"] = hostname;
        return address;
    }
}
