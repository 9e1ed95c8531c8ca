using Yarp.ReverseProxy.Forwarder;

namespace YarpIngress.Pipeline.Canary;

/// <summary>Sends what a canary takes to the canary's backend. A canary without endpoints takes nothing.</summary>
internal sealed class CanarySelection(RequestDelegate next, HttpTransformer transformer)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = GatewayRequest.Of(context);
        // A route without endpoints answers 503 whatever its canary has, as in ingress-nginx.
        if (request is { Chosen: { Canary: { } canary } chosen, AvailableDestinations.Count: > 0 }
            && canary.Route.Backend.Cluster is { } cluster
            && cluster.DestinationsState.AvailableDestinations.Count > 0
            && CanaryRules.Takes(request, canary, chosen.Affinity, Random.Shared))
            request.Use(canary.Route, cluster, transformer);
        return next(context);
    }
}
