using System.Text.Json.Nodes;

namespace YarpIngress.Kubernetes;

/// <summary>How to delete.</summary>
public sealed record DeleteOptions
{
    /// <summary>Seconds that the object may take to stop; the kind's default when null.</summary>
    public int? GracePeriodSeconds { get; init; }

    /// <summary><c>Background</c>, <c>Foreground</c> or <c>Orphan</c>: what happens to dependents; the kind's default when null.</summary>
    public string? PropagationPolicy { get; init; }

    /// <summary>Deletes only this very object, not another one that got the same name since.</summary>
    public string? PreconditionUid { get; init; }

    /// <summary>Deletes only this version.</summary>
    public string? PreconditionResourceVersion { get; init; }

    internal JsonObject ToJson()
    {
        var body = new JsonObject { ["kind"] = "DeleteOptions", ["apiVersion"] = "v1" };
        if (GracePeriodSeconds is { } seconds)
            body["gracePeriodSeconds"] = seconds;
        if (PropagationPolicy is { } policy)
            body["propagationPolicy"] = policy;

        if (PreconditionUid is not null || PreconditionResourceVersion is not null)
        {
            var preconditions = new JsonObject();
            if (PreconditionUid is not null)
                preconditions["uid"] = PreconditionUid;
            if (PreconditionResourceVersion is not null)
                preconditions["resourceVersion"] = PreconditionResourceVersion;
            body["preconditions"] = preconditions;
        }

        return body;
    }
}
