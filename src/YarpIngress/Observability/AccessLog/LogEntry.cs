using YarpIngress.Observability.Traffic;
using YarpIngress.Pipeline;

namespace YarpIngress.Observability.AccessLog;

/// <summary>A request that is over, as the access log looks at it. What is large is referred to: every value of a line reads it.</summary>
internal readonly ref struct LogEntry
{
    private readonly ref readonly RequestSample _sample;

    /// <summary>Made at the end of a request.</summary>
    /// <param name="request">All that is known of it.</param>
    /// <param name="sample">What it counts in the metrics.</param>
    /// <param name="bodyBytesSent">Bytes of body that went to the client.</param>
    /// <param name="time">When it ended.</param>
    public LogEntry(GatewayRequest request, in RequestSample sample, long bodyBytesSent, DateTime time)
    {
        _sample = ref sample;
        (Request, BodyBytesSent, Time) = (request, bodyBytesSent, time);
    }

    public GatewayRequest Request { get; }

    public ref readonly RequestSample Sample => ref _sample;

    public long BodyBytesSent { get; }

    public DateTime Time { get; }

    public HttpContext Context => Request.Context;
}
