using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Controllers.DaemonSets;

/// <summary>Which nodes a DaemonSet's pods are for: those that the template's nodeSelector takes and no taint keeps them from.</summary>
/// <remarks>Node affinity is not looked at.</remarks>
internal static class NodeFit
{
    // What upstream lets every daemon's pod tolerate.
    private static readonly string[] Tolerated =
    [
        "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable", "node.kubernetes.io/disk-pressure",
        "node.kubernetes.io/memory-pressure", "node.kubernetes.io/pid-pressure", "node.kubernetes.io/unschedulable",
    ];

    public static bool Fits(StoredObject node, JsonObject? podSpec)
    {
        var wanted = podSpec.ObjectAt("nodeSelector").TextMap();
        return wanted.All(label => node.Labels.TryGetValue(label.Key, out var value) && value == label.Value)
            && node.ToJson().ItemsAt("spec", "taints").All(taint =>
                taint.TextAt("effect") is not ("NoSchedule" or "NoExecute")
                || Tolerated.Contains(taint.TextAt("key"))
                || podSpec.ItemsAt("tolerations").Any(toleration => Tolerates(toleration, taint)));
    }

    private static bool Tolerates(JsonObject toleration, JsonObject taint)
    {
        if (toleration.TextAt("effect") is { Length: > 0 } effect && effect != taint.TextAt("effect"))
            return false;
        if (toleration.TextAt("key") is { Length: > 0 } key && key != taint.TextAt("key"))
            return false;
        return toleration.TextAt("operator") == "Exists" || (toleration.TextAt("value") ?? "") == (taint.TextAt("value") ?? "");
    }
}
