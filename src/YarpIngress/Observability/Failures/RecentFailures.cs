using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;
using YarpIngress.Pipeline;
using YarpIngress.Pipeline.Headers;
using YarpIngress.Pipeline.Metrics;

namespace YarpIngress.Observability.Failures;

/// <summary>
/// Remembers requests that failed, for <c>explain --request-id</c>: those that the gateway answered itself and those that
/// a pod did apart, so that a site with many 404s of its own does not push the gateway's out. A request that succeeds
/// costs one comparison.
/// </summary>
internal sealed class RecentFailures(TimeProvider time)
{
    private const int LongestHost = 253;
    private const int LongestPath = 512;
    private const int LongestReason = 300;
    private const int LongestMethod = 32;

    private readonly FailureRing _gateways = new();
    private readonly FailureRing _pods = new();

    /// <summary>The failure with this request id, the latest one when a client used it more than once.</summary>
    public Failure? Find(string requestId) => Newest().FirstOrDefault(failure => failure.RequestId == requestId);

    /// <summary>Newest first.</summary>
    public IEnumerable<Failure> Newest() =>
        _gateways.Newest().Concat(_pods.Newest()).OrderByDescending(failure => failure.Time);

    /// <summary>Remembers a request that has ended, if its status says that it failed.</summary>
    public void Remember(GatewayRequest request)
    {
        if (request.Context.Response.StatusCode >= StatusCodes.Status400BadRequest)
            Add(request);
    }

    private void Add(GatewayRequest request)
    {
        var context = request.Context;
        var status = context.Response.StatusCode;
        var error = context.Features.Get<IForwarderErrorFeature>();
        var byPod = request.IsAnswered && error is null;
        var route = request.Chosen;
        (byPod ? _pods : _gateways).Add(new Failure
        {
            RequestId = RequestId.Of(context),
            Time = time.GetUtcNow().UtcDateTime,
            Method = Cut(context.Request.Method, LongestMethod),
            Scheme = request.Scheme,
            Host = Cut(context.Request.Host.Value ?? "", LongestHost),
            Path = Cut(PathOf(context), LongestPath),
            Status = status,
            By = byPod ? "pod" : "gateway",
            Reason = byPod ? "the pod answered so" : Cut(ReasonOf(status, request, error), LongestReason),
            Ingress = route?.Route?.Ingress.ToString(),
            Service = route is { Backend.Key: { IsNone: false } key } ? key.ToString() : null,
            Endpoint = request.ProxiedDestination?.DestinationId,
            Tries = request.Tries,
            Seconds = Stopwatch.GetElapsedTime(request.StartedAt).TotalSeconds,
        });
    }

    // The raw target, since that is what is matched; its query may hold what nobody should see.
    private static string PathOf(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var query = target.IndexOf('?');
        return query < 0 ? target : target[..query];
    }

    private static string ReasonOf(int status, GatewayRequest request, IForwarderErrorFeature? error) => (status, error) switch
    {
        (_, { } failure) => Forwarding(failure),
        _ when request.RejectedBy is Rejection.Address => "the client's address may not use the route",
        _ when request.RejectedBy is Rejection.Authorization => "authorization-policy does not let the client in",
        _ when request.RejectedBy is Rejection.Blocked => "the ConfigMap blocks the client, by its address, User-Agent or Referer",
        (404, _) => "no rule matches host and path, and there is no default backend",
        (400, _) => "host or path is not valid",
        (405, _) => "the method is not forwarded, or no rule for the path takes it",
        (503, _) when request.Chosen is not null => "the backend has no endpoint that takes traffic",
        (503, _) => "the backend is not there",
        _ => "the gateway answered so",
    };

    private static string Forwarding(IForwarderErrorFeature failure) =>
        failure.Exception?.GetBaseException().Message is { Length: > 0 } message ? $"{failure.Error}: {message}" : failure.Error.ToString();

    private static string Cut(string text, int longest) => text.Length <= longest ? text : text[..longest] + "…";
}
