using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;
using YarpIngress.Pipeline.Balancing;
using YarpIngress.Pipeline.Errors;

namespace YarpIngress.Pipeline.Forwarding;

/// <summary>
/// Chooses an endpoint and has the forwarder exchange the request with it, again with another one when the first can't be
/// connected to, and answers when none could serve.
/// </summary>
/// <remarks>
/// The safe part of ingress-nginx's default <c>proxy-next-upstream: error timeout</c>: while no connection is made
/// nothing was sent, not even a byte of the body was read, so any request may be tried again.
/// </remarks>
internal sealed partial class Forward(IHttpForwarder forwarder, ILogger<Forward> logger)
{
    // ingress-nginx: proxy-next-upstream-tries.
    private const int MaximumTries = 3;

    public async Task InvokeAsync(HttpContext context)
    {
        var request = GatewayRequest.Of(context);
        try
        {
            while (true)
            {
                var endpoint = RoundRobin.Choose(request);
                request.BeginTry(endpoint);
                var cluster = request.Cluster;
                var error = await forwarder.SendAsync(
                    context, endpoint.Model.Config.Address, cluster.HttpClient, cluster.Config.HttpRequest ?? ForwarderRequestConfig.Empty,
                    request.Route.Transformer);
                request.EndTry();
                if (error is ForwarderError.None)
                    return;

                var failure = context.Features.GetRequiredFeature<IForwarderErrorFeature>();
                Report(context, request, failure);
                if (!CanTryAgain(context, failure) || !PrepareAnother(context, request))
                {
                    await AnswerAsync(context, request, failure);
                    return;
                }
            }
        }
        catch (Exception e) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            // Failures have an answer above, so this is a fault of ours or YARP's; without an answer here Kestrel would
            // send one that is not ours. Once an answer has begun, Kestrel cuts it off, which says as much.
            Log.Unexpected(logger, e, request.Route.Config.RouteId);
            await ErrorAnswer.WriteAsync(context, StatusCodes.Status500InternalServerError);
        }
        finally
        {
            request.EndTry();
        }
    }

    /// <summary>False when there is no endpoint left, or enough of them were tried.</summary>
    private static bool PrepareAnother(HttpContext context, GatewayRequest request)
    {
        if (request.Tries == MaximumTries)
            return false;
        var others = request.AvailableDestinations.Where(endpoint => endpoint != request.ProxiedDestination).ToArray();
        if (others.Length == 0)
            return false;
        context.Features.Set<IForwarderErrorFeature>(null);
        context.Response.Clear();
        request.AvailableDestinations = others;
        return true;
    }

    private static bool CanTryAgain(HttpContext context, IForwarderErrorFeature failure) =>
        !context.Response.HasStarted
        && !context.RequestAborted.IsCancellationRequested
        && (failure.Exception, failure.Error) switch
        {
            (HttpRequestException
            {
                HttpRequestError: HttpRequestError.ConnectionError
                    or HttpRequestError.NameResolutionError
                    or HttpRequestError.SecureConnectionError,
            }, ForwarderError.Request) => true,
            // How SocketsHttpHandler says that its ConnectTimeout passed; the timeout of an exchange has no inner exception.
            (OperationCanceledException { InnerException: TimeoutException }, ForwarderError.RequestTimedOut) => true,
            _ => false,
        };

    private static Task AnswerAsync(HttpContext context, GatewayRequest request, IForwarderErrorFeature failure)
    {
        if (context.RequestAborted.IsCancellationRequested)
            return ErrorAnswer.WriteAsync(context, ErrorAnswer.ClientClosedRequest);

        // The pod answered without reading the whole body, which is its right; the answer stands.
        var isPodsAnswer = request.IsAnswered && failure.Error
            is ForwarderError.RequestBodyCanceled or ForwarderError.RequestBodyClient or ForwarderError.RequestBodyDestination;
        return isPodsAnswer ? Task.CompletedTask : ErrorAnswer.WriteAsync(context, context.Response.StatusCode);
    }

    private void Report(HttpContext context, GatewayRequest request, IForwarderErrorFeature failure)
    {
        if (context.RequestAborted.IsCancellationRequested)
            Log.ClientGone(logger, request.Route.Config.RouteId, request.ProxiedDestination?.DestinationId, failure.Error);
        else
            Log.Failed(
                logger, request.Route.Config.RouteId, request.ProxiedDestination?.DestinationId, failure.Error,
                Innermost(failure.Exception));
    }

    private static string? Innermost(Exception? exception) => exception?.GetBaseException().Message;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Route {Route}: endpoint {Endpoint} failed: {Error}. {Reason}")]
        public static partial void Failed(ILogger logger, string route, string? endpoint, ForwarderError error, string? reason);

        [LoggerMessage(3, LogLevel.Error, "Route {Route}: forwarding failed unexpectedly")]
        public static partial void Unexpected(ILogger logger, Exception exception, string? route);

        [LoggerMessage(2, LogLevel.Debug, "Route {Route}: the client went away while endpoint {Endpoint} served it: {Error}.")]
        public static partial void ClientGone(ILogger logger, string route, string? endpoint, ForwarderError error);
    }
}
