using YarpIngress.Pipeline.Errors;

namespace YarpIngress.Pipeline.Timeouts;

/// <summary>
/// Ends a request that takes longer than its route allows with 504, whatever it waits for. A connection that was upgraded is no
/// longer a request and may stay.
/// </summary>
internal sealed class RequestTimeout(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        GatewayRequest.Of(context).Policies.Timeout is { } timeout ? LimitAsync(context, timeout) : next(context);

    private async Task LimitAsync(HttpContext context, TimeSpan timeout)
    {
        var client = context.RequestAborted;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(client);
        limit.CancelAfter(timeout);
        context.Response.OnStarting(static state =>
        {
            var (response, limit) = ((HttpResponse, CancellationTokenSource))state;
            if (response.StatusCode == StatusCodes.Status101SwitchingProtocols
                || HttpMethods.IsConnect(response.HttpContext.Request.Method))
                limit.CancelAfter(Timeout.InfiniteTimeSpan);
            return Task.CompletedTask;
        }, (context.Response, limit));
        context.RequestAborted = limit.Token;
        try
        {
            await next(context);
        }
        finally
        {
            context.RequestAborted = client;
        }
        if (limit.IsCancellationRequested && !client.IsCancellationRequested)
            await ErrorAnswer.WriteAsync(context, StatusCodes.Status504GatewayTimeout);
    }
}
