using Microsoft.AspNetCore.Http.Features;
using YarpIngress.Pipeline.Bodies;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Limits;

/// <summary>Sends the answers of a route no faster than its <c>limit-rate</c>.</summary>
internal sealed class AnswerRate(RequestDelegate next, TimeProvider time)
{
    public Task InvokeAsync(HttpContext context) =>
        GatewayRequest.Of(context).Policies.Limits is { AnswerRate: > 0 } policy && !BodySize.IsTunnel(context)
            ? PaceAsync(context, policy)
            : next(context);

    private async Task PaceAsync(HttpContext context, LimitPolicy policy)
    {
        var client = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var pace = new AnswerPace(policy.AnswerRate, policy.AnswerRateAfter);
        using var answer = new PacedAnswer(client, pace, time, context.RequestAborted);
        context.Features.Set<IHttpResponseBodyFeature>(answer);
        try
        {
            await next(context);
            await answer.FinishAsync();
        }
        finally
        {
            context.Features.Set(client);
        }
    }
}
