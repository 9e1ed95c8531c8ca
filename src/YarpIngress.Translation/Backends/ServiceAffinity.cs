using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Backends;

/// <summary>What a Service itself says of which endpoint serves a client.</summary>
internal static class ServiceAffinity
{
    /// <summary>Whether a client always gets the same endpoint.</summary>
    public static bool IsByClient(V1Service? service) => service?.Spec?.SessionAffinity == "ClientIP";

    /// <summary>
    /// <c>sessionAffinity: ClientIP</c> is what the pods need to work, and goes before <c>load-balance</c>, which is about speed; a
    /// value to hash by is as much of an affinity, and nearer to the requests.
    /// </summary>
    public static BalancingPolicy? Of(V1Service? service, BalancingPolicy? policy) =>
        IsByClient(service) && policy?.HashBy is null
            ? (policy ?? BalancingPolicy.None) with { Algorithm = BalancingAlgorithm.SourceHash }
            : policy;
}
