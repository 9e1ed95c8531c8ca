using System.Net;

namespace YarpIngress.Proxy.Listeners;

/// <summary>Whether connections to one socket are still accepted.</summary>
/// <param name="endPoint">What it listens on.</param>
internal sealed class AcceptLoop(EndPoint endPoint)
{
    private volatile string? _end;

    /// <summary>What it listens on.</summary>
    public EndPoint EndPoint { get; } = endPoint;

    /// <summary>Why it ended; null while it runs.</summary>
    public string? Ended => _end;

    /// <summary>It accepts nothing any more.</summary>
    public void End(Exception? failure) => _end ??= failure?.Message ?? "closed";
}
