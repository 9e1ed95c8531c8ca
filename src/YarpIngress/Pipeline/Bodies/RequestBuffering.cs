using Microsoft.AspNetCore.Http.Features;
using YarpIngress.Pipeline.Errors;
using YarpIngress.Proxy.Listeners;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Bodies;

/// <summary>
/// Reads a request's body whole before a pod is connected to, where <c>proxy-request-buffering</c> asks for it: a slow client keeps no
/// pod busy, the pod is told the length, and what failed can be sent to another pod.
/// </summary>
internal sealed partial class RequestBuffering(RequestDelegate next, ListenerLimits limits, ILogger<RequestBuffering> logger)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = GatewayRequest.Of(context);
        var policy = request.Policies.Buffering ?? BufferingPolicy.Default;
        // HTTP/1.0 has no bodies of unknown length.
        return (policy.Requests || request.Backend is { Policy.Http10: true }) && IsBuffered(context, request)
            ? BufferAsync(context, request, policy)
            : next(context);
    }

    private static bool IsBuffered(HttpContext context, GatewayRequest request) =>
        context.Features.GetRequiredFeature<IHttpRequestBodyDetectionFeature>().CanHaveBody
        && !BodySize.IsTunnel(context)
        // Of gRPC, whose streams go both ways, nginx buffers nothing either.
        && request.Cluster.Config.HttpRequest is not { VersionPolicy: HttpVersionPolicy.RequestVersionExact };

    private async Task BufferAsync(HttpContext context, GatewayRequest request, BufferingPolicy policy)
    {
        BufferedBody body;
        try
        {
            body = await BufferedBody.ReadAsync(request, policy, limits.BodyTimeout, context.RequestAborted);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            await TooLargeAnswer.WriteAsync(context);
            return;
        }
        catch (BadHttpRequestException e)
        {
            await ErrorAnswer.WriteAsync(context, e.StatusCode, closes: true);
            return;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            if (!context.RequestAborted.IsCancellationRequested && e is IOException)
                Log.Failed(logger, request.Route.Config.RouteId, e.Message);
            await ErrorAnswer.WriteAsync(
                context,
                context.RequestAborted.IsCancellationRequested ? ErrorAnswer.ClientClosedRequest : StatusCodes.Status500InternalServerError,
                closes: true);
            return;
        }
        using (body)
        {
            request.BufferedBody = body;
            var headers = context.Request.Headers;
            headers.TransferEncoding = default;
            headers.Expect = default;
            headers.ContentLength = body.Length;
            context.Request.Body = body.Open();
            await next(context);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Route {Route}: the body of a request could not be buffered: {Reason}")]
        public static partial void Failed(ILogger logger, string route, string reason);
    }
}
