using Yarp.ReverseProxy.Model;
using YarpIngress.Pipeline.Affinity;

namespace YarpIngress.Pipeline.Balancing;

/// <summary>Chooses the endpoint that serves a request, or tries it next.</summary>
internal static class EndpointChoice
{
    /// <summary>
    /// One of <see cref="GatewayRequest.AvailableDestinations"/>, of which there is at least one; or, for a session, the one that it
    /// belongs to. Without a policy each in its turn, counted per backend.
    /// </summary>
    /// <remarks>YARP's own does the same, behind a weak table look-up for each request.</remarks>
    public static DestinationState Choose(GatewayRequest request)
    {
        var endpoints = request.AvailableDestinations;
        if (request.Backend is not { } backend)
            return endpoints[0];
        if (request.Affinity is { } affinity)
            return SessionChoice.Choose(request, backend, affinity);
        if (backend.Balancer is { } balancer)
            return balancer.Choose(request);
        return endpoints.Count == 1 ? endpoints[0] : endpoints[(int)(backend.NextTurn() % (uint)endpoints.Count)];
    }
}
