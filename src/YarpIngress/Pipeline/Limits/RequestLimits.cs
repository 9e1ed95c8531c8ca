using YarpIngress.Pipeline.Errors;
using YarpIngress.Pipeline.Metrics;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Limits;

/// <summary>
/// Refuses what a client asks for too often, or too much at a time, of the Ingress of its route. As in nginx rates come first: what
/// is above <c>limit-connections</c> has counted in them.
/// </summary>
internal sealed class RequestLimits(RequestDelegate next, LimitZones zones)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = GatewayRequest.Of(context);
        return request.Policies.Limits is { LimitsRequests: true } policy && request.Chosen?.Limits is { } zone
            ? InvokeAsync(request, policy, zone)
            : next(context);
    }

    private Task InvokeAsync(GatewayRequest request, LimitPolicy policy, LimitZone zone)
    {
        if (ClientKey.Of(request, policy) is not { } client)
            return next(request.Context);
        if (RateLimits.Of(policy) is { Exist: true } limits && !zone.TryTake(client, limits, zones.Now))
        {
            request.RejectedBy = Rejection.RateLimit;
            return ErrorAnswer.WriteAsync(request.Context, policy.RequestStatus);
        }
        if (policy.Connections == 0)
            return next(request.Context);
        if (zone.TryEnter(client, policy.Connections))
            return CountedAsync(request.Context, zone, client);
        request.RejectedBy = Rejection.ConnectionLimit;
        return ErrorAnswer.WriteAsync(request.Context, policy.ConnectionStatus);
    }

    private async Task CountedAsync(HttpContext context, LimitZone zone, UInt128 client)
    {
        try
        {
            await next(context);
        }
        finally
        {
            zone.Leave(client);
        }
    }
}
