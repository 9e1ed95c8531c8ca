using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Translation.Backends;

/// <summary>
/// Narrows the endpoints of a Service to those near the gateway, where the Service asks for it; by the rules of kube-proxy.
/// </summary>
internal static class EndpointTopology
{
    private static readonly string[] Annotations =
        ["service.kubernetes.io/topology-mode", "service.kubernetes.io/topology-aware-hints"];

    /// <summary><c>internalTrafficPolicy: Local</c>: nothing leaves the node.</summary>
    public static bool IsLocal(V1Service service, Place? here) => here is not null && service.Spec?.InternalTrafficPolicy == "Local";

    /// <summary>The endpoints of the gateway's own node.</summary>
    public static IReadOnlyList<EndpointCandidate> OnNode(IReadOnlyList<EndpointCandidate> candidates, Place here) =>
        [.. candidates.Where(candidate => candidate.Node == here.Node)];

    /// <summary>
    /// Of ready endpoints those that are meant for the gateway's node, or else for its zone. All of them when one has no such hint, which
    /// is how endpoints are when hints come or go, and when none is meant for here.
    /// </summary>
    public static IReadOnlyList<EndpointCandidate> Near(IReadOnlyList<EndpointCandidate> ready, V1Service service, Place? here)
    {
        if (here is null || !Asks(service))
            return ready;
        return Hinted(ready, hints => hints.ForNodes is { Count: > 0 }, hints => hints.ForNodes!.Any(node => node?.Name == here.Node))
            ?? (here.Zone is null
                ? null
                : Hinted(ready, hints => hints.ForZones is { Count: > 0 }, hints => hints.ForZones!.Any(zone => zone?.Name == here.Zone)))
            ?? ready;
    }

    private static List<EndpointCandidate>? Hinted(
        IReadOnlyList<EndpointCandidate> ready, Func<V1EndpointHints, bool> hasHint, Func<V1EndpointHints, bool> isMeant)
    {
        var meant = new List<EndpointCandidate>();
        foreach (var candidate in ready)
        {
            if (candidate.Hints is not { } hints || !hasHint(hints))
                return null;
            if (isMeant(hints))
                meant.Add(candidate);
        }
        return meant.Count == 0 ? null : meant;
    }

    private static bool Asks(V1Service service)
    {
        if (!string.IsNullOrEmpty(service.Spec?.TrafficDistribution))
            return true;
        foreach (var name in Annotations)
        {
            if (service.Metadata.Annotations?.GetValueOrDefault(name) is { } value
                && value.Equals("auto", StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }
}
