namespace YarpIngress.Kubernetes;

/// <summary>How an informer is doing, for readiness details, logs and metrics.</summary>
public sealed record InformerHealth
{
    /// <summary>The kind it follows.</summary>
    public required string Kind { get; init; }

    /// <summary>Whether the last list or watch succeeded. When not, the last state that was seen stays in use.</summary>
    public bool IsConnected { get; init; }

    /// <summary>Whether the first list is complete.</summary>
    public bool HasSynced { get; init; }

    /// <summary>Since when it is connected, or not.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>The failure that it did not recover from yet; null when connected.</summary>
    public string? Error { get; init; }

    /// <summary>The last failure, whether recovered from or not; null when there was none.</summary>
    public string? LastError { get; init; }

    /// <summary>Failed lists and broken watches since the start.</summary>
    public long Failures { get; init; }

    /// <summary>Lists begun since the start: more than one means that a watch could not be resumed.</summary>
    public long Lists { get; init; }

    /// <summary>Watches opened since the start.</summary>
    public long Watches { get; init; }

    /// <summary>Objects held.</summary>
    public int Items { get; init; }

    /// <summary>Objects that can't be decoded at present.</summary>
    public int Malformed { get; init; }
}
