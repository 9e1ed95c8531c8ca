namespace YarpIngress.Observability.Dashboard.Api;

/// <summary><c>/api/state</c>: how the controller itself does.</summary>
internal sealed record ControllerState
{
    public required string Release { get; init; }

    public required string Commit { get; init; }

    public required string Runtime { get; init; }

    /// <summary>Name of this replica.</summary>
    public required string Replica { get; init; }

    public required DateTimeOffset Started { get; init; }

    public required string IngressClass { get; init; }

    public required string ControllerClass { get; init; }

    public required int HttpPort { get; init; }

    public required int HttpsPort { get; init; }

    /// <summary>Whether <c>/readyz</c> answers 200.</summary>
    public required bool IsReady { get; init; }

    public required LeaderState Leader { get; init; }

    public required ChangeState Changes { get; init; }

    public required ProcessState Process { get; init; }

    public required IReadOnlyList<InformerState> Informers { get; init; }

    /// <summary>TCP and UDP ports.</summary>
    public required IReadOnlyList<StreamState> Streams { get; init; }

    /// <summary>What <c>/healthz</c> and <c>/readyz</c> look at.</summary>
    public required IReadOnlyList<PartState> Parts { get; init; }
}

/// <summary>Who writes status and Events.</summary>
/// <param name="IsElected">Whether there is an election at all.</param>
/// <param name="IsLeader">Whether this replica leads.</param>
/// <param name="Holder">Who leads; empty when nobody is known to.</param>
/// <param name="Lease">The Lease.</param>
internal sealed record LeaderState(bool IsElected, bool IsLeader, string Holder, string Lease);

/// <summary>Changes of the cluster on their way to being live.</summary>
/// <param name="Queued">Changes that wait.</param>
/// <param name="Batches">Batches that went live.</param>
/// <param name="Failures">Units whose change failed unexpectedly.</param>
/// <param name="LastSucceeded">Whether the last batch was applied as a whole.</param>
/// <param name="LastLive">When changes last went live, in milliseconds of Unix time; null before the first.</param>
/// <param name="Measured">Changes whose time to live was measured.</param>
/// <param name="P50">Median time from watch event to live, in seconds; null before the first.</param>
/// <param name="P99">99 of 100 changes took no longer, in seconds.</param>
internal sealed record ChangeState(
    int Queued, double Batches, double Failures, bool LastSucceeded, double? LastLive, long Measured, double? P50, double? P99);

/// <summary>The process.</summary>
/// <param name="Memory">Resident memory in bytes.</param>
/// <param name="Heap">Managed heap in bytes.</param>
/// <param name="CpuSeconds">Processor time since the start.</param>
/// <param name="Threads">Threads of the pool.</param>
internal sealed record ProcessState(long Memory, long Heap, double CpuSeconds, int Threads);

/// <summary>One kind of object that is watched.</summary>
internal sealed record InformerState(
    string Name, bool IsConnected, DateTimeOffset Since, int Objects, int Malformed, long Lists, long Watches, long Failures, string Error);

/// <summary>One part that a health check looks at.</summary>
internal sealed record PartState(string Check, string Name, bool Ok, string Detail);
