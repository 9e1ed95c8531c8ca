using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Api;

/// <summary>What admission sets on every pod: its service account, priority and default tolerations.</summary>
internal static class PodAdmission
{
    private const string Default = "default";
    private const int TolerationSeconds = 300;

    public static void Prepare(ApiState state, JsonObject pod)
    {
        pod["status"] = new JsonObject { ["phase"] = "Pending", ["qosClass"] = "BestEffort" };
        if (pod["spec"] is not JsonObject spec)
            return;
        spec["serviceAccountName"] ??= Default;
        spec["serviceAccount"] = spec["serviceAccountName"]!.DeepClone();
        CheckAccount(state, pod, spec["serviceAccountName"]!.ToString());
        spec["priority"] ??= 0;
        spec["preemptionPolicy"] ??= "PreemptLowerPriority";
        if (spec["tolerations"] is not JsonArray tolerations)
            spec["tolerations"] = tolerations = [];
        foreach (var key in (ReadOnlySpan<string>)["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"])
        {
            if (tolerations.OfType<JsonObject>().Any(t => t["key"]?.ToString() == key))
                continue;
            tolerations.Add((JsonNode)new JsonObject
            {
                ["key"] = key,
                ["operator"] = "Exists",
                ["effect"] = "NoExecute",
                ["tolerationSeconds"] = TolerationSeconds,
            });
        }
    }

    // That of its namespace is on its way when it is not there yet.
    private static void CheckAccount(ApiState state, JsonObject pod, string account)
    {
        var metadata = ObjectMetadata.Of(pod);
        var key = StoredObject.KeyOf(metadata.Namespace, account);
        if (account == Default || state.Store.Find(ResourceCatalog.ServiceAccounts, key) is not null)
            return;
        throw ApiError.Forbidden(
            ResourceCatalog.Pods, metadata.Name ?? "", $"error looking up service account {key}: serviceaccount \"{account}\" not found");
    }
}
