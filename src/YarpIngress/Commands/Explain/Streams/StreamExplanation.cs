namespace YarpIngress.Commands.Explain.Streams;

/// <summary>Why a connection to a TCP port, or a datagram to a UDP port, goes where it goes.</summary>
internal sealed record StreamExplanation
{
    /// <summary>The connection or datagram.</summary>
    public required ExplainedStream Request { get; init; }

    /// <summary>Who gets it.</summary>
    public required ExplainedAnswer Answer { get; init; }

    /// <summary>The entry of the ConfigMap that names the port; null when none does.</summary>
    public required ExplainedStreamEntry? Entry { get; init; }

    /// <summary>The Service port behind it; null when there is none.</summary>
    public required ExplainedBackend? Backend { get; init; }

    /// <summary>What applies to it.</summary>
    public required IReadOnlyList<ExplainedPolicy> Policies { get; init; }

    /// <summary>Every problem of the entry and of its Service.</summary>
    public required IReadOnlyList<ExplainedProblem> Problems { get; init; }

    /// <summary>The explanation for people; filled in where it goes with the rest.</summary>
    public string? Text { get; init; }
}

/// <summary>An entry of the ConfigMap of TCP or UDP ports.</summary>
/// <param name="ConfigMap">Its ConfigMap, <c>namespace/name</c>.</param>
/// <param name="Field">Where it stands there.</param>
internal sealed record ExplainedStreamEntry(string ConfigMap, string Field);
