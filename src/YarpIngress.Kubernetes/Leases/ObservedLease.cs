using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Kubernetes;

/// <summary>The Lease as a candidate saw it last, and how long it has not changed before the candidate's eyes.</summary>
internal sealed class ObservedLease(LeaderElectionOptions options, TimeProvider time)
{
    private V1Lease? _lease;
    private long _changedAt;

    /// <summary>Whether another candidate held it.</summary>
    public bool IsHeldByOther => _lease?.Spec?.HolderIdentity is { Length: > 0 } holder && holder != options.Identity;

    /// <summary>Whether its holder let it be for longer than the others wait.</summary>
    public bool HasExpired => _lease is null || time.GetElapsedTime(_changedAt) >= DurationOf(_lease);

    /// <summary>This is how it is now.</summary>
    /// <returns>Whether it has changed since it was last seen.</returns>
    public bool See(V1Lease lease)
    {
        var before = _lease?.Metadata;
        if (before is not null && before.ResourceVersion == lease.Metadata.ResourceVersion && before.Uid == lease.Metadata.Uid)
            return false;
        (_lease, _changedAt) = (lease, time.GetTimestamp());
        return before is not null;
    }

    /// <summary>How long the holder asked for; garbage in the Lease must neither block for ever nor let two lead.</summary>
    public TimeSpan DurationOf(V1Lease lease) =>
        lease.Spec?.LeaseDurationSeconds is > 0 and < 86400 and { } seconds ? TimeSpan.FromSeconds(seconds) : options.LeaseDuration;
}
