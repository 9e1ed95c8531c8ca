namespace YarpIngress.Kubernetes;

/// <summary>The Lease that candidates compete for, and how long it holds.</summary>
public sealed record LeaderElectionOptions
{
    /// <summary>Namespace of the Lease.</summary>
    public required string Namespace { get; init; }

    /// <summary>Name of the Lease.</summary>
    public required string Name { get; init; }

    /// <summary>Our name, different for every candidate.</summary>
    public required string Identity { get; init; }

    /// <summary>How long others wait for a leader that stopped renewing. At least one second.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Whether the Lease is given up on shutdown, so that another can lead at once.</summary>
    public bool ReleaseOnCancel { get; init; } = true;

    /// <summary>Called with true when we begin to lead, with false when we no longer do.</summary>
    public Action<bool>? OnLeading { get; init; }

    /// <summary>Called with the name of every new leader, us included.</summary>
    public Action<string>? OnNewLeader { get; init; }

    /// <summary>Called when another candidate is seen to have led: it wrote the Lease since we looked the time before.</summary>
    public Action? OnOtherLed { get; init; }

    /// <summary>
    /// A leader that could not renew for this long stops leading,
    /// well before others may begin: 10 of 15 parts of the lease.
    /// </summary>
    internal TimeSpan RenewDeadline => LeaseDuration * (10.0 / 15);

    /// <summary>Pause between tries: 2 of 15 parts of the lease.</summary>
    internal TimeSpan RetryPeriod => LeaseDuration * (2.0 / 15);
}
