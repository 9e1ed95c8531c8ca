using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Controllers.DaemonSets;

/// <summary>The templates that a DaemonSet has and had, each a ControllerRevision: what <c>kubectl rollout history</c> shows and
/// <c>undo</c> goes back to.</summary>
internal static class TemplateRevisions
{
    private const int DefaultLimit = 10;

    /// <summary>
    /// Keeps the template, as the newest revision, and forgets the oldest that no pod has any more. The answer is the hash that marks the
    /// pods of this template.
    /// </summary>
    public static string Keep(ClusterObjects objects, string manager, StoredObject set, JsonObject template, IReadOnlyList<PodView> pods)
    {
        var kept = objects.List(ResourceCatalog.ControllerRevisions, set.Namespace)
            .Where(stored => stored.OwnerUids.Contains(set.Uid))
            .Select(stored => (Stored: stored, Json: stored.ToJson()))
            .OrderBy(revision => Number(revision.Json))
            .ToList();
        var newest = kept.Count == 0 ? 0 : Number(kept[^1].Json);
        var data = Data(template);
        var current = kept.Find(revision => JsonNode.DeepEquals(revision.Json["data"], data)).Stored;
        if (current is null)
            current = objects.Create(manager, ResourceCatalog.ControllerRevisions, set.Namespace, New(set, template, data, newest + 1));
        else if (current != kept[^1].Stored)
            current = objects.Modify(manager, current, revision => revision["revision"] = newest + 1) ?? current;

        var limit = set.ToJson().NumberAt("spec", "revisionHistoryLimit") ?? DefaultLimit;
        var former = kept.Where(revision =>
            revision.Stored.Uid != current.Uid && pods.All(pod => HashOf(pod.Labels) != HashOf(revision.Stored.Labels)));
        foreach (var (old, _) in former.SkipLast(limit).ToList())
            objects.Delete(old);
        return HashOf(current.Labels);
    }

    // As a patch of the DaemonSet: what was set then and nothing else.
    private static JsonObject Data(JsonObject template)
    {
        var whole = template.DeepClone().AsObject();
        whole["$patch"] = "replace";
        return new JsonObject { ["spec"] = new JsonObject { ["template"] = whole } };
    }

    private static JsonObject New(StoredObject set, JsonObject template, JsonObject data, long number)
    {
        var hash = Hash.Name(template.ToJsonString());
        var labels = template.ObjectAt("metadata", "labels")?.DeepClone().AsObject() ?? [];
        labels[DaemonPods.HashLabel] = hash;
        var metadata = new JsonObject
        {
            ["name"] = $"{set.Name}-{hash}",
            ["labels"] = labels,
            ["ownerReferences"] = OwnerReference.To(set),
        };
        if (set.ToJson().ObjectAt("metadata", "annotations") is { } annotations)
            metadata["annotations"] = annotations.DeepClone();
        return new JsonObject { ["metadata"] = metadata, ["data"] = data, ["revision"] = number };
    }

    private static long Number(JsonObject revision) => revision.NumberAt("revision") ?? 0;

    private static string HashOf(IReadOnlyDictionary<string, string> labels) => labels.GetValueOrDefault(DaemonPods.HashLabel) ?? "";
}
