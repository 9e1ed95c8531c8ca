namespace YarpIngress.Translation.Settings;

/// <summary>What the global ConfigMap says of connections from clients. Connections that exist keep what they began with.</summary>
public sealed record ListenerSettings
{
    /// <summary><c>client-header-timeout</c>: how long a client may take from its first byte to the end of a request's headers.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary><c>client-body-timeout</c>: how long a client may send nothing of a body that it has begun.</summary>
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary><c>keep-alive</c>: how long a connection waits for its next request; zero serves one request on each.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(75);

    /// <summary><c>keep-alive-requests</c>: how many requests a connection serves; 0 for any number.</summary>
    public int KeepAliveRequests { get; init; }

    /// <summary><c>large-client-header-buffers</c>: bytes of a request line.</summary>
    public int LineSize { get; init; } = 8 * 1024;

    /// <summary>
    /// <c>large-client-header-buffers</c>: bytes of all headers of a request. 64 KB rather than nginx's 32, since HTTP/2 counts an
    /// overhead per header, and Kerberos tickets and cookies of browsers come close.
    /// </summary>
    public int HeaderSize { get; init; } = 64 * 1024;

    /// <summary><c>http2-max-concurrent-streams</c>: how many requests of one HTTP/2 connection are served at once.</summary>
    public int ConcurrentStreams { get; init; } = 128;
}
