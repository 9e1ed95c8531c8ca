using Yarp.ReverseProxy.Forwarder;
using YarpIngress.Pipeline.Bodies;

namespace YarpIngress.Pipeline.Forwarding.Http1;

/// <summary>What a failed exchange is called: the same names and statuses that YARP's forwarder has for it.</summary>
internal static class Failure
{
    /// <summary>Whether doing it twice does no harm: the list of nginx. Methods are case-sensitive.</summary>
    public static bool IsIdempotent(string method) => method is not ("POST" or "PATCH" or "LOCK");

    /// <summary>The end of an exchange that failed with <paramref name="error"/>.</summary>
    public static ExchangeEnd Of(
        GatewayRequest request, PodConnection connection, RequestBody body, Exception error, EndReason reason, UploadEnd uploaded)
    {
        var context = request.Context;
        if (request.IsAnswered)
        {
            var during = reason is EndReason.ClientGone or EndReason.Timeout ? ForwarderError.ResponseBodyCanceled
                : error is PodException ? ForwarderError.ResponseBodyDestination
                : ForwarderError.ResponseBodyClient;
            return new ExchangeEnd(during, error);
        }
        if (reason is EndReason.ClientGone || context.RequestAborted.IsCancellationRequested)
        {
            return new ExchangeEnd(
                body.Exists ? ForwarderError.RequestBodyCanceled : ForwarderError.RequestCanceled, error, StatusCodes.Status400BadRequest);
        }
        if (uploaded.Outcome is UploadOutcome.ClientFailed)
        {
            var status = uploaded.Failure is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status400BadRequest;
            return new ExchangeEnd(ForwarderError.RequestBodyClient, uploaded.Failure, status);
        }
        // It was the client that was waited for.
        if (reason is EndReason.Timeout && uploaded.Outcome is UploadOutcome.Stopped)
            return new ExchangeEnd(ForwarderError.RequestBodyClient, SlowBody.Error(), StatusCodes.Status408RequestTimeout);
        if (reason is EndReason.Timeout)
            return new ExchangeEnd(ForwarderError.RequestTimedOut, TimedOut(error), StatusCodes.Status504GatewayTimeout);
        if (error is not PodException)
            return new ExchangeEnd(ForwarderError.RequestCreation, error);
        if (uploaded.Outcome is UploadOutcome.PodFailed)
            return new ExchangeEnd(ForwarderError.RequestBodyDestination, uploaded.Failure);

        // An idle connection that the pod closed just now; what fails on a new one is for NextTry to look at.
        var mayRepeat = connection is { IsReused: true, BytesReceived: 0 }
            && (connection.BytesSent == 0 || (!body.Exists && IsIdempotent(context.Request.Method)));
        return new ExchangeEnd(ForwarderError.Request, error, MayRepeat: mayRepeat);
    }

    /// <summary>The end of an attempt in which no connection came about.</summary>
    public static ExchangeEnd OfConnecting(HttpContext context, Exception error) =>
        context.RequestAborted.IsCancellationRequested
            ? new ExchangeEnd(ForwarderError.RequestCanceled, error, StatusCodes.Status400BadRequest)
            : error is OperationCanceledException
                ? new ExchangeEnd(ForwarderError.RequestTimedOut, error, StatusCodes.Status504GatewayTimeout)
                : new ExchangeEnd(ForwarderError.Request, error);

    private static TimeoutException TimedOut(Exception error) => new("The pod did not answer in time.", error);
}
