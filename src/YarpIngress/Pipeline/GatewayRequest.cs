using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;
using YarpIngress.Proxy;

namespace YarpIngress.Pipeline;

/// <summary>
/// What was decided about a request: the one feature that this pipeline, YARP's middlewares, logs and metrics share. It
/// holds the cluster and its destinations as they were when the request came, whatever changes meanwhile.
/// </summary>
internal sealed class GatewayRequest : IReverseProxyFeature
{
    public GatewayRequest(ProxyRoute chosen, ClusterState cluster, HttpTransformer transformer)
    {
        Chosen = chosen;
        Route = chosen.ModelFor(cluster, transformer);
        Cluster = cluster.Model;
        var destinations = cluster.DestinationsState;
        AllDestinations = destinations.AllDestinations;
        AllAvailable = AvailableDestinations = destinations.AvailableDestinations;
    }

    /// <summary>The route that serves the request.</summary>
    public ProxyRoute Chosen { get; }

    /// <inheritdoc/>
    public RouteModel Route { get; }

    /// <inheritdoc/>
    public ClusterModel Cluster { get; }

    /// <inheritdoc/>
    public IReadOnlyList<DestinationState> AllDestinations { get; }

    /// <summary>The endpoints that took traffic when the request came.</summary>
    public IReadOnlyList<DestinationState> AllAvailable { get; }

    /// <summary>What balancing may still choose from; afterwards, what it chose.</summary>
    public IReadOnlyList<DestinationState> AvailableDestinations { get; set; }

    /// <inheritdoc/>
    public DestinationState? ProxiedDestination { get; set; }

    /// <summary>Whether a pod's answer has begun to come.</summary>
    public bool IsAnswered { get; set; }

    /// <summary>Where path and query begin in the request's raw target.</summary>
    public required int PathStart { get; init; }

    /// <summary>The feature of a request; null before its route was chosen, and for requests without one.</summary>
    public static GatewayRequest? Of(HttpContext context) => context.Features.Get<GatewayRequest>();
}
