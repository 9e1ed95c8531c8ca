using Yarp.ReverseProxy.Forwarder;

namespace YarpIngress.Pipeline.Errors;

/// <summary>Has the Service of <c>default-backend</c> serve while the route's own has no endpoint.</summary>
internal sealed class DefaultBackend(RequestDelegate next, HttpTransformer transformer)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = GatewayRequest.Of(context);
        if (request.AvailableDestinations.Count == 0
            && request.Chosen?.ErrorRoute is { } backend
            && backend.Backend.Cluster is { DestinationsState.AvailableDestinations.Count: > 0 } cluster)
        {
            request.Interception?.BeginAnswer();
            DefaultBackendRequest.Divert(request, backend, cluster, transformer, StatusCodes.Status503ServiceUnavailable);
        }
        return next(context);
    }
}
