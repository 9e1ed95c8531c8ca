using System.Net;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.LocalCluster.ServiceProxy;

/// <summary>From a Service and its EndpointSlices to the fronts that the proxy opens: kube-proxy's rules, on loopback.</summary>
internal static class ServiceFronts
{
    /// <summary>What kube-proxy takes when <c>sessionAffinityConfig</c> is not set.</summary>
    private const int DefaultAffinitySeconds = 10800;

    public static List<Front> Of(V1Service service, IReadOnlyList<V1EndpointSlice> slices, IPAddress node, bool clusterIPs)
    {
        var fronts = new List<Front>();
        var spec = service.Spec;
        if (spec is null || spec.Type == "ExternalName" || service.Metadata.DeletionTimestamp is not null)
            return fronts;
        foreach (var port in spec.Ports ?? [])
        {
            if (port.Protocol is not (null or "TCP" or "UDP"))
                continue;
            var endpoints = EndpointsOf(port, slices);
            if (endpoints.Count == 0)
                continue;
            var front = new Front
            {
                Service = ObjectKey.Of(service),
                Address = new IPEndPoint(IPAddress.None, port.Port),
                IsUdp = port.Protocol == "UDP",
                Endpoints = endpoints,
                Affinity = AffinityOf(spec),
            };
            var keepsAddress = spec.ExternalTrafficPolicy == "Local";
            // In a cluster, a pod that connects to a Service's own address is seen with the pod's address; one that comes in from
            // outside is seen with the node's, unless the Service asks for local traffic.
            if (clusterIPs)
            {
                var addresses = Loopback(spec.ClusterIPs ?? [spec.ClusterIP ?? ""]);
                fronts.AddRange(addresses.Select(ip => At(front, ip, port.Port) with { KeepsClientAddress = true }));
            }
            fronts.AddRange(Loopback(Outside(service)).Select(ip => At(front, ip, port.Port) with { KeepsClientAddress = keepsAddress }));
            if (port.NodePort is > 0 and var nodePort)
            {
                fronts.Add(At(front, node, nodePort) with { KeepsClientAddress = keepsAddress });
                fronts.Add(At(front, IPAddress.Loopback, nodePort) with { KeepsClientAddress = keepsAddress, IsOptional = true });
            }
        }

        return fronts;
    }

    /// <summary>Ready endpoints; those that are ending but still serve only when there are no others.</summary>
    private static List<IPEndPoint> EndpointsOf(V1ServicePort port, IReadOnlyList<V1EndpointSlice> slices)
    {
        var ready = new List<IPEndPoint>();
        var ending = new List<IPEndPoint>();
        foreach (var slice in slices)
        {
            foreach (var slicePort in slice.Ports ?? [])
            {
                if ((slicePort.Name ?? "") != (port.Name ?? "") || (slicePort.Protocol ?? "TCP") != (port.Protocol ?? "TCP")
                    || slicePort.Port is not { } number)
                    continue;
                foreach (var endpoint in slice.Endpoints ?? [])
                {
                    var conditions = endpoint.Conditions;
                    var list = conditions?.Ready ?? true ? ready
                        : conditions?.Terminating == true && (conditions.Serving ?? false) ? ending
                        : null;
                    foreach (var text in endpoint.Addresses ?? [])
                    {
                        if (IPAddress.TryParse(text, out var address))
                            list?.Add(new IPEndPoint(address, number));
                    }
                }
            }
        }

        // The same endpoint may be in two slices while they are rewritten.
        return [.. (ready.Count > 0 ? ready : ending).Distinct()];
    }

    private static IEnumerable<string> Outside(V1Service service)
    {
        foreach (var ip in service.Spec?.ExternalIPs ?? [])
            yield return ip;
        if (service.Spec?.Type != "LoadBalancer")
            yield break;
        foreach (var ingress in service.Status?.LoadBalancer?.Ingress ?? [])
        {
            if (ingress.Ip is { } ip)
                yield return ip;
        }
    }

    /// <summary>Only loopback addresses exist on this machine: a Service that was given another one is not served there.</summary>
    private static IEnumerable<IPAddress> Loopback(IEnumerable<string> texts)
    {
        foreach (var text in texts)
        {
            if (IPAddress.TryParse(text, out var address) && IPAddress.IsLoopback(address))
                yield return address;
        }
    }

    private static Front At(Front front, IPAddress address, int port) => front with { Address = new IPEndPoint(address, port) };

    private static TimeSpan? AffinityOf(V1ServiceSpec spec) => spec.SessionAffinity == "ClientIP"
        ? TimeSpan.FromSeconds(spec.SessionAffinityConfig?.ClientIP?.TimeoutSeconds ?? DefaultAffinitySeconds)
        : null;
}
