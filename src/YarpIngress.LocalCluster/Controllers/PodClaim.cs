using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Api.Selectors;
using YarpIngress.LocalCluster.Schema;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Controllers;

/// <summary>Which pods belong to a ReplicaSet or DaemonSet.</summary>
internal static class PodClaim
{
    /// <summary>The set's pods: it adopts orphans that match and lets go of its own that no longer do.</summary>
    public static List<PodView> Of(ClusterObjects objects, string manager, StoredObject set, LabelSelector selector)
    {
        var claimed = new List<PodView>();
        foreach (var pod in objects.Pods(set.Namespace).ToList())
        {
            var matches = selector.Matches(pod.Labels);
            if (pod.ControllerUid == set.Uid)
            {
                if (matches)
                    claimed.Add(pod);
                else if (!pod.IsDeleting && !set.IsDeleting)
                    objects.Modify(manager, pod.Source, value => Release(value, set.Uid));
            }
            else if (pod.ControllerUid is null && matches && !pod.IsDeleting && !set.IsDeleting
                && objects.Modify(manager, pod.Source, value => Adopt(value, set)) is { } adopted)
            {
                claimed.Add(objects.View(adopted));
            }
        }

        return claimed;
    }

    private static void Adopt(JsonObject pod, StoredObject set)
    {
        var references = pod.ItemsAt("metadata", "ownerReferences").Select(reference => reference.DeepClone()).ToList();
        references.Add(OwnerReference.To(set)[0]!.DeepClone());
        pod.Ensure("metadata")["ownerReferences"] = new JsonArray([.. references]);
    }

    private static void Release(JsonObject pod, string uid) => pod.Ensure("metadata")["ownerReferences"] = new JsonArray(
    [
        .. pod.ItemsAt("metadata", "ownerReferences")
            .Where(reference => reference.TextAt("uid") != uid)
            .Select(reference => reference.DeepClone()),
    ]);
}
