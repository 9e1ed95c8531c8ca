using YarpIngress.Pipeline.Errors;
using YarpIngress.Pipeline.Metrics;

namespace YarpIngress.Pipeline.Bodies;

/// <summary>
/// The 413 for a body that is too large. Many clients write all of it before they read: as nginx does, the connection is closed
/// behind the answer, but what still comes is thrown away for a while, or a reset would take the answer with it.
/// </summary>
internal static class TooLargeAnswer
{
    // nginx: lingering_time.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task WriteAsync(HttpContext context)
    {
        GatewayRequest.Of(context).RejectedBy = Rejection.BodySize;
        // Over HTTP/2 Kestrel tells the client to stop (RFC 9113, 8.1).
        var isHttp1 = !HttpProtocol.IsHttp2(context.Request.Protocol);
        await ErrorAnswer.WriteAsync(context, StatusCodes.Status413PayloadTooLarge, isHttp1);
        // Another backend answers for it, and that answer is still to come.
        if (GatewayRequest.Of(context).Interception is { Status: > 0, IsAnswering: false })
            return;
        // Who asked whether to send it does not send it now.
        if (!isHttp1 || context.Request.Headers.Expect.Count > 0 || context.RequestAborted.IsCancellationRequested)
            return;
        await context.Response.CompleteAsync();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        enough.CancelAfter(Patience);
        await DiscardedBody.ReadAsync(GatewayRequest.Of(context), enough.Token);
    }
}
