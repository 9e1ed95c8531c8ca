using System.Globalization;
using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Controllers.ReplicaSets;
using YarpIngress.LocalCluster.Schema;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Controllers.Deployments;

/// <summary>The ReplicaSet for a Deployment's newest template.</summary>
internal static class NewSet
{
    public static JsonObject Of(StoredObject stored, JsonObject deployment, RolloutLimits limits, int size, long revision, int collisions)
    {
        var template = deployment.ObjectAt("spec", "template")?.DeepClone().AsObject() ?? [];
        var hash = Hash.Name(template.ToJsonString(), collisions.ToString(CultureInfo.InvariantCulture));
        var labels = template.Ensure("metadata").Ensure("labels");
        labels[PodTemplate.HashLabel] = hash;
        var selector = deployment.ObjectAt("spec", "selector")?.DeepClone().AsObject() ?? [];
        selector.Ensure("matchLabels")[PodTemplate.HashLabel] = hash;
        var set = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{stored.Name}-{hash}",
                ["namespace"] = stored.Namespace,
                ["labels"] = labels.DeepClone(),
                ["ownerReferences"] = OwnerReference.To(stored),
            },
            ["spec"] = new JsonObject { ["replicas"] = size, ["selector"] = selector, ["template"] = template },
        };
        if (deployment.NumberAt("spec", "minReadySeconds") is > 0 and var minReady)
            set["spec"]!["minReadySeconds"] = minReady;
        DeploymentAnnotations.CopyTo(set, deployment, revision, isNew: true);
        DeploymentAnnotations.SetSizes(set, limits.Replicas, limits.MaxTotal);
        return set;
    }
}
