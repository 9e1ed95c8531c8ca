using YarpIngress.Pipeline;

namespace YarpIngress.Observability.AccessLog;

/// <summary>One attempt of a request, as the access log looks at it.</summary>
internal readonly ref struct LoggedTry
{
    private readonly ref readonly UpstreamTry _upstream;

    /// <summary>An attempt.</summary>
    /// <param name="request">The request.</param>
    /// <param name="upstream">The attempt.</param>
    /// <param name="bodyBytesSent">Bytes of body that went to the client.</param>
    /// <param name="isLast">Whether the answer is this one's.</param>
    public LoggedTry(GatewayRequest request, in UpstreamTry upstream, long bodyBytesSent, bool isLast)
    {
        _upstream = ref upstream;
        (Request, BodyBytesSent, IsLast) = (request, bodyBytesSent, isLast);
    }

    public GatewayRequest Request { get; }

    public ref readonly UpstreamTry Upstream => ref _upstream;

    public long BodyBytesSent { get; }

    public bool IsLast { get; }
}
