namespace YarpIngress.Translation.Settings;

/// <summary>What the global ConfigMap says of connections to endpoints that wait for their next request.</summary>
public sealed record UpstreamKeepAlive
{
    /// <summary><c>upstream-keepalive-connections</c>: how many wait for each endpoint at most; 0 uses each once.</summary>
    public int Connections { get; init; } = 1024;

    /// <summary><c>upstream-keepalive-timeout</c>: how long one waits.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// <c>upstream-keepalive-time</c>: how long one serves at all. Not for its own sake, but for names (ExternalName) whose addresses
    /// change.
    /// </summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary><c>upstream-keepalive-requests</c>: how many requests one serves over HTTP/1.1.</summary>
    public int Requests { get; init; } = int.MaxValue;
}
