namespace YarpIngress.Observability.Failures;

/// <summary>A request that failed. It holds neither query string nor headers.</summary>
internal sealed record Failure
{
    /// <summary>What the client was told, and what is in the access log.</summary>
    public required string RequestId { get; init; }

    /// <summary>When it ended, UTC.</summary>
    public required DateTime Time { get; init; }

    /// <summary>Such as GET.</summary>
    public required string Method { get; init; }

    /// <summary><c>http</c> or <c>https</c>.</summary>
    public required string Scheme { get; init; }

    /// <summary>The Host header, or the authority; cut when it is very long.</summary>
    public required string Host { get; init; }

    /// <summary>The path as the client sent it, without the query; cut when it is very long.</summary>
    public required string Path { get; init; }

    /// <summary>The status that the client got; 499 when it went away before.</summary>
    public required int Status { get; init; }

    /// <summary>Who answered: <c>pod</c> or <c>gateway</c>.</summary>
    public required string By { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>The Ingress that served it; null when none did.</summary>
    public required string? Ingress { get; init; }

    /// <summary>The Service and port behind it; null when there is none.</summary>
    public required string? Service { get; init; }

    /// <summary>The endpoint that was tried last; null when none was.</summary>
    public required string? Endpoint { get; init; }

    /// <summary>How often an endpoint was tried.</summary>
    public required int Tries { get; init; }

    /// <summary>How long it took.</summary>
    public required double Seconds { get; init; }
}
