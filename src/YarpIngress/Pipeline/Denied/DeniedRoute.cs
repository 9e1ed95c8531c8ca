using YarpIngress.Pipeline.Errors;
using YarpIngress.Pipeline.Metrics;

namespace YarpIngress.Pipeline.Denied;

/// <summary>Answers 503 on routes whose protection can't be given as it was asked for: they stay closed until it is repaired.</summary>
internal sealed class DeniedRoute(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = GatewayRequest.Of(context);
        if (request.Policies.Denied is null)
            return next(context);
        request.RejectedBy = Rejection.Denied;
        return ErrorAnswer.WriteAsync(context, StatusCodes.Status503ServiceUnavailable);
    }
}
