using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Controllers.ReplicaSets;

/// <summary>Pods from a template.</summary>
internal static class PodTemplate
{
    /// <summary>Marks which template a ReplicaSet of a Deployment has.</summary>
    public const string HashLabel = "pod-template-hash";

    /// <summary>A pod that belongs to <paramref name="owner"/>.</summary>
    public static JsonObject NewPod(StoredObject owner, JsonObject template)
    {
        var metadata = new JsonObject
        {
            ["generateName"] = owner.Name + "-",
            ["namespace"] = owner.Namespace,
            ["ownerReferences"] = OwnerReference.To(owner),
        };
        foreach (var name in (ReadOnlySpan<string>)["labels", "annotations", "finalizers"])
        {
            if (template.At("metadata", name) is { } value)
                metadata[name] = value.DeepClone();
        }

        return new JsonObject { ["metadata"] = metadata, ["spec"] = template["spec"]?.DeepClone() };
    }

    /// <summary>Whether two templates make the same pods, whatever hash they are labelled with.</summary>
    public static bool AreEqual(JsonObject? one, JsonObject? other) => JsonNode.DeepEquals(Comparable(one), Comparable(other));

    private static JsonObject Comparable(JsonObject? template)
    {
        var copy = template?.DeepClone().AsObject() ?? [];
        var metadata = copy.Ensure("metadata");
        metadata.Remove("creationTimestamp");
        metadata.ObjectAt("labels")?.Remove(HashLabel);
        foreach (var name in (ReadOnlySpan<string>)["labels", "annotations"])
        {
            if (metadata[name] is null or JsonObject { Count: 0 })
                metadata.Remove(name);
        }

        return copy;
    }
}
