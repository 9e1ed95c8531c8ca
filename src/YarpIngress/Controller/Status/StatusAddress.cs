using System.Net;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Controller.Status;

/// <summary>One address in an Ingress' <c>status.loadBalancer.ingress</c>: either an IP address or a host name.</summary>
internal readonly record struct StatusAddress(string? Ip, string? Hostname) : IComparable<StatusAddress>
{
    /// <summary>From a text that is one or the other.</summary>
    public static StatusAddress Of(string text) => IPAddress.TryParse(text, out _) ? new(text, null) : new(null, text);

    /// <summary>By host name, then by IP address: the order in which they are written.</summary>
    public int CompareTo(StatusAddress other)
    {
        var byName = string.CompareOrdinal(Hostname ?? "", other.Hostname ?? "");
        return byName != 0 ? byName : string.CompareOrdinal(Ip ?? "", other.Ip ?? "");
    }

    public override string ToString() => Ip ?? Hostname ?? "";
}

/// <summary>Where the addresses come from; the rules are ingress-nginx's, so that a takeover changes no status.</summary>
internal static class StatusAddresses
{
    /// <summary>The addresses under which a Service is reached; empty while a load balancer has none yet.</summary>
    public static IReadOnlyList<StatusAddress> OfService(V1Service service)
    {
        var spec = service.Spec ?? new V1ServiceSpec();
        return Ordered(spec.Type switch
        {
            "ExternalName" => Filled(spec.ExternalName).Select(name => new StatusAddress(null, name)),
            "NodePort" when spec.ExternalIPs is { Count: > 0 } externalIPs => externalIPs.Select(StatusAddress.Of),
            "LoadBalancer" => (service.Status?.LoadBalancer?.Ingress ?? []).Select(OfLoadBalancer)
                .Concat((spec.ExternalIPs ?? []).Select(StatusAddress.Of)),
            _ => Filled(spec.ClusterIP).Where(ip => ip != "None").Select(StatusAddress.Of),
        });
    }

    /// <summary>The addresses of the nodes that run these pods, if they are running and ready.</summary>
    /// <param name="pods">All replicas of the controller.</param>
    /// <param name="nodeOf">The node of a name, if it is known.</param>
    /// <param name="internalOnly">Whether to take internal addresses even where there is an external one.</param>
    public static IReadOnlyList<StatusAddress> OfNodes(IEnumerable<V1Pod> pods, Func<string, V1Node?> nodeOf, bool internalOnly) =>
        Ordered(pods
            .Where(IsServing)
            .Select(pod => pod.Spec?.NodeName is { } name && nodeOf(name) is { } node ? AddressOf(node, internalOnly) : null)
            .OfType<string>()
            .Select(StatusAddress.Of));

    /// <summary>What an Ingress' status holds now.</summary>
    public static IReadOnlyList<StatusAddress> Current(V1Ingress ingress) =>
        ingress.Status?.LoadBalancer?.Ingress is { Count: > 0 } addresses
            ? Ordered(addresses.Select(address => new StatusAddress(Empty(address.Ip), Empty(address.Hostname))))
            : [];

    /// <summary>Sorted, each once, nothing empty.</summary>
    public static IReadOnlyList<StatusAddress> Ordered(IEnumerable<StatusAddress> addresses) =>
        [.. addresses.Where(address => address != default).Distinct().Order()];

    private static bool IsServing(V1Pod pod) =>
        pod.Status?.Phase == "Running"
        && pod.Status.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true;

    private static string? AddressOf(V1Node node, bool internalOnly)
    {
        string? Of(string type) =>
            node.Status?.Addresses?.FirstOrDefault(address => address.Type == type && !string.IsNullOrEmpty(address.Address))?.Address;
        return internalOnly ? Of("InternalIP") : Of("ExternalIP") ?? Of("InternalIP");
    }

    private static StatusAddress OfLoadBalancer(V1LoadBalancerIngress address) =>
        Empty(address.Ip) is { } ip ? new(ip, null) : new(null, Empty(address.Hostname));

    private static IEnumerable<string> Filled(string? text) => Empty(text) is { } filled ? [filled] : [];

    private static string? Empty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
