using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Controllers.Deployments;

/// <summary>
/// The status of a Deployment: counts, and the conditions that
/// <c>kubectl rollout status</c> and <c>kubectl wait</c> read.
/// </summary>
internal static class DeploymentStatus
{
    private const string Progressing = "Progressing";
    private const string NewSetAvailable = "NewReplicaSetAvailable";
    private const string Exceeded = "ProgressDeadlineExceeded";
    private const int DefaultDeadline = 600;

    /// <summary>Writes the status into <paramref name="deployment"/>; says when a rollout's deadline must be looked at again.</summary>
    public static TimeSpan? Write(
        JsonObject deployment, RolloutLimits limits, OwnedSet? newest, IReadOnlyList<OwnedSet> all, DateTimeOffset now)
    {
        var status = deployment.Ensure("status");
        var before = Counts.Read(status);
        var counts = Counts.Of(newest, all);
        counts.WriteTo(status);
        status["observedGeneration"] = deployment.At("metadata", "generation")?.DeepClone();
        if (counts.Available >= limits.MinAvailable && (limits.IsRolling || counts.Available >= limits.Replicas))
            Set(status, "Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.", now);
        else
            Set(status, "Available", "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.", now);
        return WriteProgress(deployment, status, limits, newest, before, counts, now);
    }

    /// <summary>Whether all pods are of the newest template and available.</summary>
    public static bool IsComplete(RolloutLimits limits, OwnedSet? newest, IReadOnlyList<OwnedSet> all)
    {
        var counts = Counts.Of(newest, all);
        return counts.Updated == limits.Replicas && counts.Replicas == limits.Replicas && counts.Available == limits.Replicas;
    }

    /// <summary>A step of a rollout: a ReplicaSet was made or found.</summary>
    public static void SetProgress(JsonObject deployment, string reason, string message, DateTimeOffset now)
    {
        if (HasDeadline(deployment))
            Set(deployment.Ensure("status"), Progressing, "True", reason, message, now);
    }

    /// <summary>Notes that rollouts are paused, or no longer are.</summary>
    public static void SetPaused(JsonObject deployment, DateTimeOffset now)
    {
        if (!HasDeadline(deployment))
            return;
        var reason = Conditions.Find(deployment.ObjectAt("status"), Progressing).TextAt("reason");
        if (reason == Exceeded)
            return;
        var paused = deployment.FlagAt("spec", "paused");
        if (paused && reason != "DeploymentPaused")
            Set(deployment.Ensure("status"), Progressing, "Unknown", "DeploymentPaused", "Deployment is paused", now);
        else if (!paused && reason == "DeploymentPaused")
            Set(deployment.Ensure("status"), Progressing, "Unknown", "DeploymentResumed", "Deployment is resumed", now);
    }

    private static TimeSpan? WriteProgress(
        JsonObject deployment, JsonObject status, RolloutLimits limits, OwnedSet? newest, Counts before, Counts counts, DateTimeOffset now)
    {
        if (!HasDeadline(deployment))
        {
            Conditions.Remove(status, Progressing);
            return null;
        }

        var current = Conditions.Find(status, Progressing);
        var name = newest is null ? $"Deployment \"{deployment.TextAt("metadata", "name")}\"" : $"ReplicaSet \"{newest.Name}\"";
        if (counts.Replicas == counts.Updated && current.TextAt("reason") == NewSetAvailable)
            return null;
        if (counts.Updated == limits.Replicas && counts.Replicas == limits.Replicas && counts.Available == limits.Replicas)
        {
            Set(status, Progressing, "True", NewSetAvailable, $"{name} has successfully progressed.", now);
            return null;
        }

        if (counts.IsProgressSince(before))
        {
            var condition = Set(status, Progressing, "True", "ReplicaSetUpdated", $"{name} is progressing.", now);
            condition["lastUpdateTime"] = now.Timestamp();
            current = condition;
        }

        if (current is null || current.TextAt("reason") is NewSetAvailable or "DeploymentPaused")
            return null;
        var deadline = TimeSpan.FromSeconds(deployment.NumberAt("spec", "progressDeadlineSeconds") ?? DefaultDeadline);
        var left = (current.TimeAt("lastUpdateTime") ?? now) + deadline - now;
        if (left > TimeSpan.Zero)
            return left + TimeSpan.FromSeconds(1);
        Set(status, Progressing, "False", Exceeded, $"{name} has timed out progressing.", now);
        return null;
    }

    private static bool HasDeadline(JsonObject deployment) => deployment.NumberAt("spec", "progressDeadlineSeconds") != int.MaxValue;

    private static JsonObject Set(JsonObject status, string type, string value, string reason, string message, DateTimeOffset now)
    {
        var before = Conditions.Find(status, type);
        var changed = before.TextAt("status") != value || before.TextAt("reason") != reason;
        var condition = Conditions.Set(status, type, value, reason, message, now);
        if (changed || condition["lastUpdateTime"] is null)
            condition["lastUpdateTime"] = now.Timestamp();
        return condition;
    }

    private readonly record struct Counts(int Replicas, int Updated, int Ready, int Available)
    {
        public static Counts Of(OwnedSet? newest, IReadOnlyList<OwnedSet> all) =>
            new(all.Sum(set => set.Existing), newest?.Existing ?? 0, all.Sum(set => set.Ready), all.Sum(set => set.Available));

        public static Counts Read(JsonObject status) => new(
            status.NumberAt("replicas") ?? 0, status.NumberAt("updatedReplicas") ?? 0, status.NumberAt("readyReplicas") ?? 0,
            status.NumberAt("availableReplicas") ?? 0);

        public bool IsProgressSince(Counts before) =>
            Updated > before.Updated || Replicas - Updated < before.Replicas - before.Updated || Ready > before.Ready
                || Available > before.Available;

        public void WriteTo(JsonObject status)
        {
            status.SetCount("replicas", Replicas);
            status.SetCount("updatedReplicas", Updated);
            status.SetCount("readyReplicas", Ready);
            status.SetCount("availableReplicas", Available);
            status.SetCount("unavailableReplicas", Math.Max(0, Replicas - Available));
        }
    }
}
