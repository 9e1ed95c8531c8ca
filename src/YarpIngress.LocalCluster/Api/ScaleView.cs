using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;
using YarpIngress.LocalCluster.Store;
using YarpIngress.LocalCluster.Tables;

namespace YarpIngress.LocalCluster.Api;

/// <summary>The autoscaling/v1 Scale of a Deployment or ReplicaSet.</summary>
internal static class ScaleView
{
    public static JsonObject Of(JsonObject workload)
    {
        var metadata = ObjectMetadata.Of(workload);
        var scale = new JsonObject
        {
            ["kind"] = "Scale",
            ["apiVersion"] = "autoscaling/v1",
            ["metadata"] = new JsonObject
            {
                ["name"] = metadata.Name,
                ["namespace"] = metadata.Namespace,
                ["uid"] = metadata.Uid,
                ["resourceVersion"] = metadata.ResourceVersion,
                ["creationTimestamp"] = metadata.CreationTimestamp,
            },
            ["spec"] = new JsonObject(),
            ["status"] = new JsonObject { ["replicas"] = workload["status"]?["replicas"].AsInteger() ?? 0 },
        };
        // Zero is left out, as upstream's type has it.
        if (workload["spec"]?["replicas"].AsInteger() is > 0 and var replicas)
            scale["spec"]!["replicas"] = replicas;
        if (LabelSelectorText.Of(workload["spec"]?["selector"]) is var selector and not TableRow.None)
            scale["status"]!["selector"] = selector;
        return scale;
    }

    /// <summary>Takes the replicas of <paramref name="scale"/> over into <paramref name="workload"/>.</summary>
    public static void Apply(JsonObject workload, JsonObject scale)
    {
        var metadata = ObjectMetadata.Of(scale);
        var name = ObjectMetadata.Of(workload).Name ?? "";
        if (metadata.Name is { Length: > 0 } other && other != name)
            throw ApiError.BadRequest($"the name of the object ({other}) does not match the name on the URL ({name})");
        var replicas = scale["spec"]?["replicas"].AsInteger() ?? 0;
        if (replicas < 0)
        {
            throw ApiError.Invalid(
                "autoscaling",
                "Scale",
                name,
                [new StatusCause("FieldValueInvalid", $"Invalid value: {replicas}: must be greater than or equal to 0", "spec.replicas")]);
        }
        if (workload["spec"] is not JsonObject spec)
            workload["spec"] = spec = [];
        spec["replicas"] = replicas;
        ObjectMetadata.Of(workload).ResourceVersion = metadata.ResourceVersion;
        if (metadata.Uid is { Length: > 0 } uid)
            ObjectMetadata.Of(workload).Uid = uid;
    }
}
