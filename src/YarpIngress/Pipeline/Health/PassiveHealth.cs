using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace YarpIngress.Pipeline.Health;

/// <summary>Tells YARP's policy what became of a request, where the route's backend asks for it.</summary>
internal sealed class PassiveHealth(IEnumerable<IPassiveHealthCheckPolicy> policies)
{
    private readonly Dictionary<string, IPassiveHealthCheckPolicy> _policies =
        policies.ToDictionary(policy => policy.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>After a try, with YARP's feature of what went wrong still there.</summary>
    public void Report(GatewayRequest request, DestinationState endpoint)
    {
        if (request.Cluster.Config.HealthCheck?.Passive is { Enabled: true, Policy: { } name }
            && _policies.TryGetValue(name, out var policy) && request.Route.Cluster is { } cluster)
            policy.RequestProxied(request.Context, cluster, endpoint);
    }
}
