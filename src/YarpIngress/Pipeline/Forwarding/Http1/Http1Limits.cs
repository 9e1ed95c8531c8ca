namespace YarpIngress.Pipeline.Forwarding.Http1;

/// <summary>Bounds of the connections to pods. The defaults are ingress-nginx's where it has them.</summary>
internal sealed record Http1Limits
{
    /// <summary>How long a connection may wait for its next request: <c>upstream-keepalive-timeout</c>.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long a connection serves at all. Not for its own sake, but for names (ExternalName) whose addresses change.
    /// </summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How many connections may wait for each endpoint; nginx keeps 320 for each of its workers.</summary>
    public int MaximumIdle { get; init; } = 1024;

    /// <summary>How many requests a connection serves: <c>upstream-keepalive-requests</c>.</summary>
    public int MaximumRequests { get; init; } = int.MaxValue;

    /// <summary>How long a client may send nothing of a body: <c>client-body-timeout</c>.</summary>
    public TimeSpan ClientTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often timeouts are looked at; each may be late by as much.</summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a body waits for the <c>100 Continue</c> that its client asked for; after that it is sent.</summary>
    public TimeSpan ContinueTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long the rest of an upload is taken and thrown away whose answer is already there: nginx's
    /// <c>lingering_time</c>. A client that writes before it reads would lose the answer otherwise.
    /// </summary>
    public TimeSpan LingeringTime { get; init; } = TimeSpan.FromSeconds(30);
}
