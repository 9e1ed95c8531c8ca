using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Mirror;

/// <summary>Sends a copy of each request to the mirror of its route.</summary>
internal sealed class MirrorStep(RequestDelegate next, MirrorCopies copies)
{
    public Task InvokeAsync(HttpContext context) =>
        GatewayRequest.Of(context).Policies.Mirror is { } policy ? InvokeAsync(context, policy) : next(context);

    private async Task InvokeAsync(HttpContext context, MirrorPolicy policy)
    {
        var copy = copies.Begin(GatewayRequest.Of(context), policy);
        if (copy is not { Exists: true })
        {
            await next(context);
            return;
        }
        context.Request.Body = new CopiedStream(context.Request.Body, copy);
        try
        {
            await next(context);
        }
        finally
        {
            // Of a body that was read to its end this says nothing new.
            copy.End(isWhole: false);
        }
    }
}
