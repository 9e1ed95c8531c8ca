namespace YarpIngress.Observability.Traffic;

/// <summary>What one request adds to its series. Times are in ticks of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
internal readonly record struct RequestSample
{
    /// <summary>From the first line to the end of the answer.</summary>
    public required long Duration { get; init; }

    /// <summary>Bytes that came: request line, headers, body.</summary>
    public required long RequestLength { get; init; }

    /// <summary>Bytes that went: status line, headers, body.</summary>
    public required long BytesSent { get; init; }

    /// <summary>Whether a pod was asked; the times below count only then.</summary>
    public bool HasUpstream { get; init; }

    /// <summary>Until the connection to the pod was there; 0 when it was there before, negative when it is not known.</summary>
    public long Connect { get; init; }

    /// <summary>Until the headers of the pod's answer; negative when none came.</summary>
    public long Header { get; init; }

    /// <summary>Until the end of the pod's answer.</summary>
    public long Response { get; init; }
}
