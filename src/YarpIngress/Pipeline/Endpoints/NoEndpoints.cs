using YarpIngress.Pipeline.Errors;

namespace YarpIngress.Pipeline.Endpoints;

/// <summary>Answers 503 when the route's backend has no endpoint that takes traffic.</summary>
internal sealed class NoEndpoints(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        GatewayRequest.Of(context).AvailableDestinations.Count == 0
            ? ErrorAnswer.WriteAsync(context, StatusCodes.Status503ServiceUnavailable)
            : next(context);
}
