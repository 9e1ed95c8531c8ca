using System.Diagnostics;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;
using YarpIngress.Pipeline.Forwarding.Http1;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Forwarding;

/// <summary>
/// Whether another try is made, as nginx's <c>proxy_next_upstream</c> has it: for the failures that the policy names, as long as
/// tries and time are left, and never for a request that can't be sent again.
/// </summary>
internal static class NextTry
{
    /// <summary>Whether an answer with this status is thrown away. Asked before any of it is passed on.</summary>
    public static bool IsWanted(GatewayRequest request, int status) =>
        request.Backend is { NextUpstream.IncludesStatuses: true } backend
        && backend.NextUpstream.Includes(status)
        && IsPossible(request, backend.NextUpstream, wasSent: true, timedOut: false);

    /// <summary>Whether the request goes to another endpoint after this failure.</summary>
    public static bool IsWanted(GatewayRequest request, ForwarderError error, Exception? exception)
    {
        var policy = request.Backend?.NextUpstream ?? NextUpstreamPolicy.Default;
        var wasConnected = !IsConnecting(error, exception);
        return Condition(error, exception) is { } condition
            && (policy.Conditions & condition) != 0
            && IsPossible(request, policy, wasConnected, condition is NextUpstreamConditions.Timeout);
    }

    /// <summary>Which endpoints are left; the list is never empty.</summary>
    public static IReadOnlyList<DestinationState> Endpoints(GatewayRequest request)
    {
        var others = Others(request);
        // nginx asks its balancer again, which knows nothing of what was tried.
        if (others.Length > 0)
            return others;
        return request.Route.Cluster?.DestinationsState.AvailableDestinations is { Count: > 0 } now ? now : request.AvailableDestinations;
    }

    /// <summary>Whether a timeout is behind a failure.</summary>
    public static bool IsTimeout(Exception? failure) => failure switch
    {
        null => false,
        TimeoutException => true,
        AggregateException several => several.InnerExceptions.Any(IsTimeout),
        _ => IsTimeout(failure.InnerException),
    };

    private static bool IsPossible(GatewayRequest request, NextUpstreamPolicy policy, bool wasSent, bool timedOut)
    {
        if (request.Context.Response.HasStarted || request.Context.RequestAborted.IsCancellationRequested)
            return false;
        if (policy.Tries > 0 && request.Tries >= policy.Tries)
            return false;
        if (policy.Timeout > TimeSpan.Zero && Stopwatch.GetElapsedTime(FirstTry(request)) >= policy.Timeout)
            return false;
        // A lone endpoint that did not answer in time is not asked for the same work twice, and 0 tries each endpoint once.
        if ((timedOut || policy.Tries == 0) && Others(request).Length == 0)
            return false;
        return !wasSent
            || ((Failure.IsIdempotent(request.Context.Request.Method) || policy.Conditions.HasFlag(NextUpstreamConditions.NonIdempotent))
                && CanBeSentAgain(request));
    }

    private static bool CanBeSentAgain(GatewayRequest request) =>
        request.BufferedBody is not null || !RequestBody.Of(request.Context).Exists;

    private static DestinationState[] Others(GatewayRequest request) =>
        [.. request.AvailableDestinations.Where(endpoint => endpoint != request.ProxiedDestination)];

    private static long FirstTry(GatewayRequest request) =>
        request.EarlierTries.Count > 0 ? request.EarlierTries[0].StartedAt : request.Upstream.StartedAt;

    private static NextUpstreamConditions? Condition(ForwarderError error, Exception? exception) => error switch
    {
        ForwarderError.RequestTimedOut => NextUpstreamConditions.Timeout,
        ForwarderError.Request => exception is HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse }
            ? NextUpstreamConditions.InvalidHeader
            : NextUpstreamConditions.Error,
        ForwarderError.RequestBodyDestination => IsTimeout(exception)
            ? NextUpstreamConditions.Timeout
            : NextUpstreamConditions.Error,
        _ => null,
    };

    /// <summary>While no connection is made nothing was sent, and not a byte of the body was read.</summary>
    private static bool IsConnecting(ForwarderError error, Exception? exception) => (exception, error) switch
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
}
