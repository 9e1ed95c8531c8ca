using System.Diagnostics;
using YarpIngress.Observability.AccessLog;
using YarpIngress.Observability.Traffic;
using YarpIngress.Pipeline.OutputCache;
using YarpIngress.Proxy;

namespace YarpIngress.Pipeline.Metrics;

/// <summary>The end of each request, whatever became of it: counts it and logs it, once. But for those of load balancers.</summary>
internal sealed partial class Accounting(TrafficTable traffic, AccessLogger accessLog, ILogger<Accounting> log, DataPlaneOptions options)
{
    private readonly bool _counts = options.Traffic.Enabled;

    /// <summary>A request is over; afterwards its object is another one's.</summary>
    /// <param name="request">The request.</param>
    /// <param name="endedAt">When it ended; a timestamp of <see cref="Stopwatch"/>.</param>
    public void Complete(GatewayRequest request, long endedAt)
    {
        if (request.IsHealthCheck)
            return;
        try
        {
            var body = BodySent(request);
            var sample = Sample(request, body, endedAt);
            if (_counts)
                Count(request, sample);
            accessLog.Write(request, sample, body, endedAt);
        }
        catch (Exception error)
        {
            // Whoever calls this serves the connection; a fault here must not end it.
            Log.Failed(log, error);
        }
    }

    private void Count(GatewayRequest request, in RequestSample sample)
    {
        var own = request.Chosen?.Traffic ?? traffic.Unrouted;
        var route = traffic.For(own, request);
        var method = MethodLabel.IndexOf(request.Context.Request.Method);
        var series = route.SeriesOf(request.Context.Response.StatusCode, method);
        series.Add(sample);
        if (request.Tries > 1)
            own.AddRetries(request.Tries - 1);
        if (request.RejectedBy is not Rejection.None)
            own.AddRejection(request.RejectedBy);
        if (request.CacheUse is not CacheUse.None)
            own.AddCacheUse(request.CacheUse);
        if (request.TraceId is { } trace)
            series.Remember(trace, sample.Duration, (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds);
    }

    private static RequestSample Sample(GatewayRequest request, long body, long endedAt)
    {
        ref var last = ref request.Upstream;
        return new RequestSample
        {
            Duration = endedAt - request.StartedAt,
            RequestLength = HeadReceived(request) + BodyReceived(request),
            BytesSent = HeadSent(request) + body,
            HasUpstream = request.Tries > 0,
            Connect = last.ConnectedAt == 0 ? -1 : last.ConnectedAt - last.StartedAt,
            Header = last.HeadersAt == 0 ? -1 : last.HeadersAt - last.StartedAt,
            Response = (last.EndedAt == 0 ? endedAt : last.EndedAt) - last.StartedAt,
        };
    }

    private static long BodyReceived(GatewayRequest request) =>
        request.BodyBytesReceived > 0 ? request.BodyBytesReceived : request.Context.Request.ContentLength ?? 0;

    private static long BodySent(GatewayRequest request)
    {
        if (request.BodyBytesSent > 0)
            return request.BodyBytesSent;
        var response = request.Context.Response;
        return HttpMethods.IsHead(request.Context.Request.Method) || response.StatusCode is StatusCodes.Status304NotModified
            ? 0
            : response.ContentLength ?? 0;
    }

    private static long HeadReceived(GatewayRequest request)
    {
        if (request.HeadBytesReceived > 0)
            return request.HeadBytesReceived;
        var context = request.Context;
        return context.Request.Method.Length + request.RawTarget.Length
            + context.Request.Protocol.Length + 4 + HeaderBytes(context.Request.Headers);
    }

    private static long HeadSent(GatewayRequest request) =>
        // HTTP/1.1 200 OK and a line end.
        request.HeadBytesSent > 0 ? request.HeadBytesSent : 17 + HeaderBytes(request.Context.Response.Headers);

    private static long HeaderBytes(IHeaderDictionary headers)
    {
        var bytes = 2L;
        foreach (var (name, values) in headers)
            foreach (var value in values)
                bytes += name.Length + (value?.Length ?? 0) + 4;
        return bytes;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A request could not be counted or logged", EventName = "AccountingFailed")]
        public static partial void Failed(ILogger log, Exception error);
    }
}
