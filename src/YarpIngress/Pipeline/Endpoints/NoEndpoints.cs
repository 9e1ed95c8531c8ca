using YarpIngress.Pipeline.Errors;
using YarpIngress.Pipeline.Metrics;

namespace YarpIngress.Pipeline.Endpoints;

/// <summary>Answers 503 when the route's backend has no endpoint that takes traffic.</summary>
internal sealed class NoEndpoints(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = GatewayRequest.Of(context);
        if (request.AvailableDestinations.Count > 0)
            return next(context);
        request.RejectedBy = Rejection.NoEndpoints;
        return ErrorAnswer.WriteAsync(context, StatusCodes.Status503ServiceUnavailable);
    }
}
