using YarpIngress.LocalCluster.Api.Admission;

namespace YarpIngress.LocalCluster.Api;

/// <summary>What happens to objects that name the deleted one as their owner.</summary>
internal enum PropagationPolicy
{
    Background,
    Foreground,
    Orphan,
}

/// <summary>The body and query of a delete.</summary>
internal sealed record DeleteOptions
{
    /// <summary>Seconds to wait; null for the object's own.</summary>
    public long? GracePeriodSeconds { get; init; }

    /// <summary>Null: what the object's finalizers say, else background.</summary>
    public PropagationPolicy? PropagationPolicy { get; init; }

    /// <summary>Only if the object still has this UID.</summary>
    public string? Uid { get; init; }

    /// <summary>Only if the object is still at this version.</summary>
    public string? ResourceVersion { get; init; }

    public bool DryRun { get; init; }

    /// <summary>Asked before anything is deleted; null for in-process callers, who are part of the cluster.</summary>
    public Action<AdmissionCall>? Admission { get; init; }

    /// <summary>For callers that have no wishes.</summary>
    public static DeleteOptions Default { get; } = new();

    /// <summary>Deletes at once, as the kubelet does when a pod's containers are gone.</summary>
    public static DeleteOptions Now { get; } = new() { GracePeriodSeconds = 0 };
}
