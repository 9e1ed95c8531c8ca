using System.Text.Json.Nodes;

namespace YarpIngress.LocalCluster.Api.Services;

/// <summary>What a write of a Service may leave out because the stored one has it, and what a change of type takes away.</summary>
internal static class ServiceUpdate
{
    public static void Prepare(JsonObject service, JsonObject old)
    {
        var after = new ServiceSpec(service);
        var before = new ServiceSpec(old);
        KeepAllocated(after, before);
        DropWhatTheTypeHasNoUseFor(after, before);
    }

    /// <summary>A manifest without addresses and ports means "as they are".</summary>
    private static void KeepAllocated(ServiceSpec after, ServiceSpec before)
    {
        if (after.NeedsClusterIp && before.NeedsClusterIp && after.ClusterIp is null)
            after.SetClusterIp(before.ClusterIp);
        if (after.IsExternalName == before.IsExternalName)
        {
            after.Json["ipFamilies"] ??= before.Json["ipFamilies"]?.DeepClone();
            after.Json["ipFamilyPolicy"] ??= before.Json["ipFamilyPolicy"]?.DeepClone();
        }
        if (!after.NeedsNodePorts || !before.NeedsNodePorts)
            return;
        var known = before.Ports.Where(p => ServiceSpec.NodePort(p) != 0)
            .DistinctBy(ServiceSpec.Identity).ToDictionary(ServiceSpec.Identity, ServiceSpec.NodePort);
        var used = after.Ports.Select(ServiceSpec.NodePort).ToHashSet();
        foreach (var port in after.Ports)
        {
            if (ServiceSpec.NodePort(port) == 0 && known.TryGetValue(ServiceSpec.Identity(port), out var nodePort)
                && !used.Contains(nodePort))
                port["nodePort"] = nodePort;
        }
    }

    /// <summary>Fields that still carry the old value and that the new type does not have were not meant: they go.</summary>
    private static void DropWhatTheTypeHasNoUseFor(ServiceSpec after, ServiceSpec before)
    {
        if (after.IsExternalName && !before.IsExternalName)
        {
            if (after.ClusterIp == before.ClusterIp)
                after.SetClusterIp(null);
            after.Json.Remove("ipFamilies");
            after.Json.Remove("ipFamilyPolicy");
            after.Json.Remove("internalTrafficPolicy");
        }
        if (after.Type is "ClusterIP" or "ExternalName" && before.Type is "NodePort" or "LoadBalancer")
        {
            var kept = before.Ports.Select(ServiceSpec.NodePort).ToHashSet();
            foreach (var port in after.Ports)
            {
                if (kept.Contains(ServiceSpec.NodePort(port)))
                    port.Remove("nodePort");
            }
            after.Json.Remove("externalTrafficPolicy");
            after.Json.Remove("healthCheckNodePort");
        }
        if (after.Type != "LoadBalancer" && before.Type == "LoadBalancer")
        {
            after.Json.Remove("allocateLoadBalancerNodePorts");
            after.Json.Remove("loadBalancerClass");
        }
    }
}
