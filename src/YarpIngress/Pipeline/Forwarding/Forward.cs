using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;
using YarpIngress.Pipeline.Balancing;
using YarpIngress.Pipeline.Bodies;
using YarpIngress.Pipeline.Errors;
using YarpIngress.Pipeline.Health;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Forwarding;

/// <summary>
/// Chooses an endpoint and has the forwarder exchange the request with it, again with another one when the first can't be
/// connected to, and answers when none could serve.
/// </summary>
internal sealed partial class Forward(IHttpForwarder forwarder, PassiveHealth health, ILogger<Forward> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var request = GatewayRequest.Of(context);
        try
        {
            while (true)
            {
                var endpoint = EndpointChoice.Choose(request);
                request.BeginTry(endpoint);
                // A fixed Connection header leaves no room for an upgrade.
                if (request.Backend is { Policy.ConnectionHeader: not null })
                    context.Request.Headers.Upgrade = default;
                var cluster = request.Cluster;
                var error = await forwarder.SendAsync(
                    context, Address(context, request, endpoint), cluster.HttpClient, cluster.Config.HttpRequest
                        ?? ForwarderRequestConfig.Empty,
                    request.Route.Transformer);
                request.EndTry();
                health.Report(request, endpoint);
                if (error is ForwarderError.None)
                {
                    if (!request.IsPassedOver)
                    {
                        // A WebSocket without a sound key is no pod's business to YARP, which leaves the answer to whoever called it.
                        if (!request.IsAnswered && !context.Response.HasStarted)
                            await ErrorAnswer.WriteAsync(context, context.Response.StatusCode);
                        return;
                    }
                    Log.PassedOver(logger, request.Route.Config.RouteId, endpoint.DestinationId, request.Upstream.Status);
                    PrepareAnother(context, request);
                    continue;
                }

                var failure = context.Features.GetRequiredFeature<IForwarderErrorFeature>();
                Report(context, request, failure);
                if (!NextTry.IsWanted(request, failure.Error, failure.Exception))
                {
                    await AnswerAsync(context, request, failure);
                    return;
                }
                PrepareAnother(context, request);
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

    /// <summary>Nothing of the last try shows in the next one.</summary>
    private static void PrepareAnother(HttpContext context, GatewayRequest request)
    {
        request.AvailableDestinations = NextTry.Endpoints(request);
        (request.IsPassedOver, request.IsAnswered, request.HeadBytesSent) = (false, false, 0);
        context.Features.Set<IForwarderErrorFeature>(null);
        context.Response.Clear();
        if (request.BufferedBody is { } body)
            context.Request.Body = body.Open();
    }

    /// <summary>The pod's address, in the scheme of the client's request where AUTO_HTTP asks for it.</summary>
    private static string Address(HttpContext context, GatewayRequest request, DestinationState endpoint)
    {
        var address = endpoint.Model.Config.Address;
        return request.Backend?.Policy.Protocol is BackendProtocol.Auto && context.Request.IsHttps
            ? string.Concat("https", address.AsSpan("http".Length))
            : address;
    }

    private static Task AnswerAsync(HttpContext context, GatewayRequest request, IForwarderErrorFeature failure)
    {
        if (context.RequestAborted.IsCancellationRequested)
            return ErrorAnswer.WriteAsync(context, ErrorAnswer.ClientClosedRequest);

        var cause = failure.Exception?.GetBaseException();
        if (cause is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } && !request.IsAnswered)
            return TooLargeAnswer.WriteAsync(context);

        if (cause is BadHttpRequestException bad && !request.IsAnswered)
            return ErrorAnswer.WriteAsync(context, bad.StatusCode, closes: HttpProtocol.IsHttp11(context.Request.Protocol));

        // The pod answered without reading the whole body, which is its right; the answer stands.
        var isPodsAnswer = request.IsAnswered && failure.Error
            is ForwarderError.RequestBodyCanceled or ForwarderError.RequestBodyClient or ForwarderError.RequestBodyDestination;
        if (isPodsAnswer)
            return Task.CompletedTask;
        return ErrorAnswer.WriteAsync(
            context, NextTry.IsTimeout(failure.Exception) ? StatusCodes.Status504GatewayTimeout : context.Response.StatusCode);
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

        [LoggerMessage(4, LogLevel.Warning, "Route {Route}: endpoint {Endpoint} answered {Status}; another try is made.")]
        public static partial void PassedOver(ILogger logger, string route, string? endpoint, int status);

        [LoggerMessage(3, LogLevel.Error, "Route {Route}: forwarding failed unexpectedly")]
        public static partial void Unexpected(ILogger logger, Exception exception, string? route);

        [LoggerMessage(2, LogLevel.Debug, "Route {Route}: the client went away while endpoint {Endpoint} served it: {Error}.")]
        public static partial void ClientGone(ILogger logger, string route, string? endpoint, ForwarderError error);
    }
}
