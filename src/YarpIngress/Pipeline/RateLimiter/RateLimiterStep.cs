using System.Globalization;
using YarpIngress.Pipeline.Errors;
using YarpIngress.Pipeline.Metrics;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.RateLimiter;

/// <summary><c>rate-limiter-policy</c>: refuses requests above the limit of the route's Ingress, or has them wait for their turn.</summary>
internal sealed class RateLimiterStep(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = GatewayRequest.Of(context);
        if (request.Chosen?.RateLimiter is not { } zone)
            return next(context);
        var client = zone.KeyOf(request);
        var answer = zone.Take(client);
        if (answer.Waiting is { } waiter)
            return WaitAsync(request, zone, client, waiter);
        if (!answer.IsGranted)
            return RefuseAsync(request, zone.Policy, answer.RetryAfter);
        return zone.Policy.Kind is RateLimiterKind.Concurrency ? CountedAsync(context, zone, client) : next(context);
    }

    private async Task WaitAsync(GatewayRequest request, RateZone zone, UInt128 client, RateWaiter waiter)
    {
        var context = request.Context;
        bool isGranted;
        using (context.RequestAborted.UnsafeRegister(
            static state => (((RateZone, RateWaiter))state!).Item1.Leave((((RateZone, RateWaiter))state).Item2), (zone, waiter)))
            isGranted = await waiter.Task;
        if (!isGranted && context.RequestAborted.IsCancellationRequested)
            await ErrorAnswer.WriteAsync(context, ErrorAnswer.ClientClosedRequest);
        else if (!isGranted)
            await RefuseAsync(request, zone.Policy, RateState.Unknown);
        else if (zone.Policy.Kind is RateLimiterKind.Concurrency)
            await CountedAsync(context, zone, client);
        else
            await next(context);
    }

    private async Task CountedAsync(HttpContext context, RateZone zone, UInt128 client)
    {
        try
        {
            await next(context);
        }
        finally
        {
            zone.Return(client);
        }
    }

    private static Task RefuseAsync(GatewayRequest request, RateLimiterPolicy policy, long retryAfter)
    {
        request.RejectedBy = policy.Kind is RateLimiterKind.Concurrency ? Rejection.ConnectionLimit : Rejection.RateLimit;
        return retryAfter == RateState.Unknown
            ? ErrorAnswer.WriteAsync(request.Context, policy.Status)
            : ErrorAnswer.WriteAsync(request.Context, policy.Status, headers: [new("Retry-After", Seconds(retryAfter))]);
    }

    // Rounded up: who comes back as it says finds room.
    private static string Seconds(long milliseconds) => ((milliseconds + 999) / 1000).ToString(CultureInfo.InvariantCulture);
}
