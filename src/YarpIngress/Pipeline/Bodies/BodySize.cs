using Microsoft.AspNetCore.Http.Features;

namespace YarpIngress.Pipeline.Bodies;

/// <summary>
/// Refuses a body that is larger than <c>proxy-body-size</c> allows: at once when its length is known, before anything else of
/// the route may answer; otherwise as soon as too much of it has come (<see cref="IsPassed"/>, <see cref="LimitedBody"/>).
/// </summary>
internal sealed class BodySize(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var length = context.Request.Headers.ContentLength;
        return length is null || !IsTooLarge(context, length.Value) ? next(context) : TooLargeAnswer.WriteAsync(context);
    }

    /// <summary>Whether more of the body has come than the route allows.</summary>
    public static bool IsPassed(GatewayRequest request) =>
        request.Policies.MaximumBodySize is var most and > 0 && request.BodyBytesReceived > most && !IsTunnel(request.Context);

    /// <summary>What ends the reading of such a body.</summary>
    public static BadHttpRequestException TooLarge() =>
        new("The body is larger than proxy-body-size allows.", StatusCodes.Status413PayloadTooLarge);

    /// <summary>Whether what the client sends is no body, but a protocol of its own, WebSocket.</summary>
    public static bool IsTunnel(HttpContext context) =>
        HttpMethods.IsConnect(context.Request.Method)
        || (context.Request.Headers.Upgrade.Count > 0 && context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true });

    private static bool IsTooLarge(HttpContext context, long length)
    {
        var most = GatewayRequest.Of(context).Policies.MaximumBodySize;
        // RFC 9112, 6.3: with a Transfer-Encoding a length means nothing.
        return most > 0 && length > most && context.Request.Headers.TransferEncoding.Count == 0;
    }
}
