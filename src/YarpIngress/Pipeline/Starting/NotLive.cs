using YarpIngress.Pipeline.Errors;
using YarpIngress.Pipeline.Metrics;

namespace YarpIngress.Pipeline.Starting;

/// <summary>
/// Answers 503 before the first state of the cluster is live: there is nothing to say about any host then, and clients
/// and probes are to try again.
/// </summary>
internal sealed class NotLive(RequestDelegate next, Task live)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (live.IsCompleted)
            return next(context);
        GatewayRequest.Of(context).RejectedBy = Rejection.NotLive;
        return ErrorAnswer.WriteAsync(context, StatusCodes.Status503ServiceUnavailable);
    }
}
