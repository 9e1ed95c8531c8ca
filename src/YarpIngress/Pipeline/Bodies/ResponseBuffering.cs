using Microsoft.AspNetCore.Http.Features;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Bodies;

/// <summary>
/// Takes an answer from its pod as fast as it comes, where <c>proxy-buffering</c> or a low <c>limit-rate</c> asks for it, so that
/// a slow client keeps no pod busy.
/// Nothing is held back: what the client takes it gets at once.
/// </summary>
internal sealed class ResponseBuffering(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        PolicyOf(GatewayRequest.Of(context).Policies) is { } policy && !BodySize.IsTunnel(context)
            ? BufferAsync(context, policy)
            : next(context);

    private static BufferingPolicy? PolicyOf(RoutePolicies policies) => policies switch
    {
        { Buffering: { Responses: true } asked } => asked,
        // So slowly that the pod would be taken for one that hangs.
        { Limits.AnswerRate: > 0 and < LimitPolicy.SlowRate } => policies.Buffering ?? BufferingPolicy.Default,
        _ => null,
    };

    private async Task BufferAsync(HttpContext context, BufferingPolicy policy)
    {
        var client = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var answer = new BufferedAnswer(client, policy, context.RequestAborted);
        context.Features.Set<IHttpResponseBodyFeature>(answer);
        try
        {
            await next(context);
        }
        finally
        {
            await answer.FinishAsync();
            context.Features.Set(client);
        }
    }
}
