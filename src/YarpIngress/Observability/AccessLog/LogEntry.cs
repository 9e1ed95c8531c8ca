using YarpIngress.Observability.Traffic;
using YarpIngress.Pipeline;

namespace YarpIngress.Observability.AccessLog;

/// <summary>A request that is over, as the access log looks at it.</summary>
/// <param name="request">All that is known of it.</param>
/// <param name="sample">What it counts in the metrics.</param>
/// <param name="bodyBytesSent">Bytes of body that went to the client.</param>
/// <param name="time">When it ended.</param>
internal readonly ref struct LogEntry(GatewayRequest request, in RequestSample sample, long bodyBytesSent, DateTime time)
{
    public GatewayRequest Request { get; } = request;

    public RequestSample Sample { get; } = sample;

    public long BodyBytesSent { get; } = bodyBytesSent;

    public DateTime Time { get; } = time;

    public HttpContext Context => Request.Context;
}
