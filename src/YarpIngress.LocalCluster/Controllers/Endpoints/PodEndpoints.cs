using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.LocalCluster.Controllers.Kubelet;

namespace YarpIngress.LocalCluster.Controllers.Endpoints;

/// <summary>The endpoints of a Service from its pods.</summary>
internal static class PodEndpoints
{
    /// <summary>Pods that can be endpoints: those with an address that have not ended.</summary>
    public static IEnumerable<PodView> Of(V1Service service, IEnumerable<PodView> pods) =>
        pods.Where(pod => pod.PodIP is not null && !pod.IsOver && Selector.Takes(service.Spec?.Selector, pod.Labels));

    /// <summary>Endpoints grouped by the ports that they share: named target ports can differ from pod to pod.</summary>
    /// <param name="service">The Service.</param>
    /// <param name="pods">Pods of its namespace.</param>
    /// <param name="zoneOf">The zone of a node, null when it has none.</param>
    public static IReadOnlyList<SliceGroup> Groups(V1Service service, IEnumerable<PodView> pods, Func<string, string?> zoneOf)
    {
        var groups = new Dictionary<string, SliceGroup>(StringComparer.Ordinal);
        foreach (var family in Families(service))
        {
            foreach (var pod in Of(service, pods))
            {
                if (FamilyOf(pod.PodIP!) != family)
                    continue;
                var group = SliceGroup.New(family, PortsOf(service, pod));
                group = groups.TryGetValue(group.Key, out var known) ? known : groups[group.Key] = group;
                var endpoint = Endpoint(service, pod, zoneOf);
                group.Endpoints[SliceGroup.EndpointKey(endpoint)] = endpoint;
            }

            // Upstream keeps one slice without endpoints and ports to show that there are none.
            if (!groups.Values.Any(group => group.AddressType == family))
            {
                var empty = SliceGroup.New(family, []);
                groups[empty.Key] = empty;
            }
        }

        return [.. groups.Values];
    }

    public static IReadOnlyList<SlicePort> PortsOf(V1Service service, PodView pod)
    {
        var ports = new List<SlicePort>();
        foreach (var port in service.Spec?.Ports ?? [])
        {
            if (PodPorts.TargetOf(port, pod) is { } number)
                ports.Add(new SlicePort(port.Name ?? "", number, port.Protocol ?? "TCP", port.AppProtocol));
        }

        return ports;
    }

    private static IEnumerable<string> Families(V1Service service) =>
        service.Spec?.IpFamilies is { Count: > 0 } families ? families : ["IPv4"];

    private static string FamilyOf(string address) =>
        IPAddress.TryParse(address, out var parsed) && parsed.AddressFamily == AddressFamily.InterNetworkV6 ? "IPv6" : "IPv4";

    private static JsonObject Endpoint(V1Service service, PodView pod, Func<string, string?> zoneOf)
    {
        var endpoint = new JsonObject
        {
            ["addresses"] = new JsonArray(pod.PodIP),
            ["conditions"] = new JsonObject
            {
                ["ready"] = service.Spec?.PublishNotReadyAddresses == true || (pod.IsReady && !pod.IsDeleting),
                ["serving"] = pod.IsReady,
                ["terminating"] = pod.IsDeleting,
            },
            ["targetRef"] = TargetRef(pod),
        };
        if (pod.NodeName is not null)
            endpoint["nodeName"] = pod.NodeName;
        if (pod.NodeName is not null && zoneOf(pod.NodeName) is { } zone)
        {
            endpoint["zone"] = zone;
            // As upstream does for a Service that wants its traffic close: every ready endpoint is for its own zone.
            if (service.Spec?.TrafficDistribution is "PreferClose" or "PreferSameZone" && endpoint["conditions"].FlagAt("ready"))
                endpoint["hints"] = new JsonObject { ["forZones"] = new JsonArray(new JsonObject { ["name"] = zone }) };
        }

        if (HostnameOf(service, pod) is { } hostname)
            endpoint["hostname"] = hostname;
        return endpoint;
    }

    public static JsonObject TargetRef(PodView pod) => new()
    {
        ["kind"] = "Pod",
        ["namespace"] = pod.Key.Namespace,
        ["name"] = pod.Key.Name,
        ["uid"] = pod.Uid,
    };

    /// <summary>A pod has a name of its own in a Service when its subdomain is that Service.</summary>
    public static string? HostnameOf(V1Service service, PodView pod) =>
        pod.Hostname is { Length: > 0 } && pod.Subdomain == service.Metadata.Name ? pod.Hostname : null;
}
