namespace YarpIngress.Translation.Settings;

/// <summary>What the global ConfigMap says of connections and datagrams that pass as they are.</summary>
public sealed record StreamSettings
{
    /// <summary><c>proxy-stream-timeout</c>: how long nothing may come from either side before a connection or session is ended.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(600);

    /// <summary><c>proxy-stream-next-upstream</c>: whether another endpoint is tried when one takes no connection.</summary>
    public bool NextUpstream { get; init; } = true;

    /// <summary><c>proxy-stream-next-upstream-timeout</c>: how long after the first try another may begin; zero for no limit.</summary>
    public TimeSpan NextUpstreamTimeout { get; init; } = TimeSpan.FromSeconds(600);

    /// <summary><c>proxy-stream-next-upstream-tries</c>: how many tries there are at most; 0 for every endpoint once.</summary>
    public int NextUpstreamTries { get; init; } = 3;

    /// <summary>
    /// <c>proxy-stream-responses</c>: how many datagrams answer one of the client's; with them its session ends, and its next
    /// datagram may go to another endpoint. 0 expects none.
    /// </summary>
    public int Responses { get; init; } = 1;
}
