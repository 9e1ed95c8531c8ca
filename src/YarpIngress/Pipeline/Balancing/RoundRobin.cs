using Yarp.ReverseProxy.Model;

namespace YarpIngress.Pipeline.Balancing;

/// <summary>Chooses the endpoint that serves a request: each in its turn, counted per backend.</summary>
/// <remarks>YARP's own does the same, behind a weak table look-up for each request.</remarks>
internal static class RoundRobin
{
    /// <summary>One of <see cref="GatewayRequest.AvailableDestinations"/>, of which there is at least one.</summary>
    public static DestinationState Choose(GatewayRequest request)
    {
        var endpoints = request.AvailableDestinations;
        return endpoints.Count == 1 || request.Chosen is not { } route
            ? endpoints[0]
            : endpoints[(int)(route.Backend.NextTurn() % (uint)endpoints.Count)];
    }
}
