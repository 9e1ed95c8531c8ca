using Yarp.ReverseProxy.Model;
using YarpIngress.Proxy;

namespace YarpIngress.Observability.Dashboard.Api;

/// <summary>How the endpoints of a backend do.</summary>
internal static class BackendHealth
{
    /// <summary>How many endpoints take traffic, and how many there are.</summary>
    public static (int Ready, int Known) Count(ProxyBackend backend)
    {
        if (backend.Cluster is not { } cluster)
            return (0, 0);
        var state = cluster.DestinationsState;
        return (state.AvailableDestinations.Count, state.AllDestinations.Count);
    }

    /// <summary>Whether requests have lately failed at an endpoint so that it gets none for a while.</summary>
    public static bool IsUnhealthy(DestinationState destination) =>
        destination.Health.Passive == DestinationHealth.Unhealthy || destination.Health.Active == DestinationHealth.Unhealthy;
}
