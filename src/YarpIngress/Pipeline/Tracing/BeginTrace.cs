using YarpIngress.Observability.Tracing;

namespace YarpIngress.Pipeline.Tracing;

/// <summary>Begins the request's trace, which <see cref="GatewayApplication"/> ends with the request.</summary>
internal sealed class BeginTrace(RequestDelegate next, RequestTracing tracing)
{
    public Task InvokeAsync(HttpContext context)
    {
        tracing.Begin(GatewayRequest.Of(context));
        return next(context);
    }
}
