using YarpIngress.Pipeline.Errors;

namespace YarpIngress.Pipeline.Denied;

/// <summary>Answers 503 on routes whose protection can't be given as it was asked for: they stay closed until it is repaired.</summary>
internal sealed class DeniedRoute(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) => GatewayRequest.Of(context).Policies.Denied is null
        ? next(context)
        : ErrorAnswer.WriteAsync(context, StatusCodes.Status503ServiceUnavailable);
}
