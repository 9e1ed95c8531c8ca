using System.Globalization;
using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Controllers.Deployments;

/// <summary>The annotations through which Deployments, their ReplicaSets and kubectl's <c>rollout</c> talk.</summary>
internal static class DeploymentAnnotations
{
    public const string Revision = "deployment.kubernetes.io/revision";
    public const string RevisionHistory = "deployment.kubernetes.io/revision-history";
    public const string DesiredReplicas = "deployment.kubernetes.io/desired-replicas";
    public const string MaxReplicas = "deployment.kubernetes.io/max-replicas";

    private static readonly HashSet<string> NotCopied =
    [
        "kubectl.kubernetes.io/last-applied-configuration", Revision, RevisionHistory, DesiredReplicas, MaxReplicas,
        "deprecated.deployment.rollback.to",
    ];

    public static long RevisionOf(JsonObject value) =>
        long.TryParse(value.TextAt("metadata", "annotations", Revision), NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? revision
            : 0;

    public static int? NumberOf(JsonObject value, string name) =>
        int.TryParse(value.TextAt("metadata", "annotations", name), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    /// <summary>Notes on a ReplicaSet for how many replicas its Deployment is.</summary>
    public static void SetSizes(JsonObject set, int desired, int max)
    {
        var annotations = set.Ensure("metadata").Ensure("annotations");
        annotations[DesiredReplicas] = desired.ToString(CultureInfo.InvariantCulture);
        annotations[MaxReplicas] = max.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Gives a ReplicaSet its Deployment's annotations and a revision; an older revision goes into its history.</summary>
    public static void CopyTo(JsonObject set, JsonObject deployment, long revision, bool isNew)
    {
        var annotations = set.Ensure("metadata").Ensure("annotations");
        foreach (var (name, value) in deployment.ObjectAt("metadata", "annotations") ?? [])
        {
            if (!NotCopied.Contains(name))
                annotations[name] = value?.DeepClone();
        }

        var before = RevisionOf(set);
        if (before >= revision)
            return;
        annotations[Revision] = revision.ToString(CultureInfo.InvariantCulture);
        if (isNew || before == 0)
            return;
        var history = annotations.TextAt(RevisionHistory);
        annotations[RevisionHistory] = history is { Length: > 0 } ? $"{history},{before}" : before.ToString(CultureInfo.InvariantCulture);
    }
}
