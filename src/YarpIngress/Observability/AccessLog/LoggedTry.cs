using YarpIngress.Pipeline;

namespace YarpIngress.Observability.AccessLog;

/// <summary>One attempt of a request, as the access log looks at it.</summary>
/// <param name="entry">The request.</param>
/// <param name="upstream">The attempt.</param>
/// <param name="isLast">Whether the answer is this one's.</param>
internal readonly ref struct LoggedTry(LogEntry entry, UpstreamTry upstream, bool isLast)
{
    public LogEntry Entry { get; } = entry;

    public UpstreamTry Upstream { get; } = upstream;

    public bool IsLast { get; } = isLast;
}
