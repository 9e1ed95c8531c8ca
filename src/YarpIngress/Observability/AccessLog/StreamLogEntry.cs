using System.Net;

namespace YarpIngress.Observability.AccessLog;

/// <summary>A connection or session that is over and passed as it was, as the access log looks at it.</summary>
internal readonly record struct StreamLogEntry
{
    /// <summary>The client; null when it is not known.</summary>
    public IPEndPoint? Client { get; init; }

    /// <summary>The port that it came to.</summary>
    public int ServerPort { get; init; }

    /// <summary>TCP or UDP.</summary>
    public string Protocol { get; init; }

    /// <summary>As nginx says it: 200, 400 for a missing PROXY header, 502 when no endpoint took it.</summary>
    public int Status { get; init; }

    /// <summary>Bytes to the client.</summary>
    public long Sent { get; init; }

    /// <summary>Bytes of the client.</summary>
    public long Received { get; init; }

    /// <summary>When it began; a timestamp of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    public long StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public long EndedAt { get; init; }

    /// <summary>The endpoint; null when there was none.</summary>
    public string? Upstream { get; init; }

    /// <summary>The name that the client asked for before TLS; null when nobody has looked.</summary>
    public string? ServerName { get; init; }
}
