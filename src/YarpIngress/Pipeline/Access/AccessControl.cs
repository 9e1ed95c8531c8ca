using YarpIngress.Pipeline.Errors;

namespace YarpIngress.Pipeline.Access;

/// <summary>
/// nginx's access phase: asks the checks of the route, in order, and lets the request pass when all of them do, or, with
/// <c>satisfy any</c>, when one does. Nobody answers in place of a check that can't decide.
/// </summary>
internal sealed class AccessControl(RequestDelegate next, params IReadOnlyList<IAccessCheck> checks)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = GatewayRequest.Of(context);
        if (!request.Policies.HasAccessChecks)
            return next(context);
        var deciding = RefusalAsync(request, context.RequestAborted);
        return deciding.IsCompletedSuccessfully ? Finish(request, deciding.Result) : AwaitAsync(request, deciding);
    }

    private async Task AwaitAsync(GatewayRequest request, ValueTask<AccessRefusal?> deciding)
    {
        AccessRefusal? refusal;
        try
        {
            refusal = await deciding;
        }
        catch (OperationCanceledException) when (request.Context.RequestAborted.IsCancellationRequested)
        {
            await ErrorAnswer.WriteAsync(request.Context, ErrorAnswer.ClientClosedRequest);
            return;
        }
        await Finish(request, refusal);
    }

    private Task Finish(GatewayRequest request, AccessRefusal? refusal)
    {
        if (refusal is null)
            return next(request.Context);
        request.RejectedBy = refusal.By;
        return refusal.AnswerAsync(request.Context);
    }

    /// <summary>Why the client may not; null when it may.</summary>
    private async ValueTask<AccessRefusal?> RefusalAsync(GatewayRequest request, CancellationToken ct)
    {
        var any = request.Policies.Access.SatisfyAny;
        AccessRefusal? refusal = null;
        foreach (var check in checks)
        {
            var decision = await check.DecideAsync(request, ct);
            if (any && decision.IsAllowed)
                return null;
            if (decision.Refusal is not { } refused)
                continue;
            if (!any || !refused.MayBeMadeGood)
                return refused;
            // As nginx: who could still log in is told so, whatever else refused it.
            if (refusal is not { Status: StatusCodes.Status401Unauthorized } || refused.Status == StatusCodes.Status401Unauthorized)
                refusal = refusal?.Challenge is { } challenge ? refused.After(challenge) : refused;
        }
        return refusal;
    }
}
