using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Controller.Status;

/// <summary>The replicas of this controller: the pods that carry the labels of our own.</summary>
internal static class ControllerPods
{
    // These differ between replicas of one Deployment, DaemonSet or StatefulSet during a rollout.
    private static readonly HashSet<string> RolloutLabels =
    [
        "pod-template-hash", "controller-revision-hash", "pod-template-generation", "statefulset.kubernetes.io/pod-name",
        "apps.kubernetes.io/pod-index",
    ];

    /// <summary>The label selector of all replicas; null when our pod has no labels to go by.</summary>
    public static async Task<string?> SelectorAsync(ApiClient api, ObjectKey pod, CancellationToken ct)
    {
        var labels = (await api.GetAsync<V1Pod>(pod.Namespace, pod.Name, ct)).Metadata.Labels ?? [];
        var selector = string.Join(
            ',', labels.Where(label => !RolloutLabels.Contains(label.Key)).Select(label => $"{label.Key}={label.Value}"));
        return selector.Length == 0 ? null : selector;
    }

    /// <summary>Whether another replica runs, or is about to; no, as in ingress-nginx, when pods may not be read.</summary>
    public static async Task<bool> HasOthersAsync(ApiClient api, ObjectKey pod, CancellationToken ct)
    {
        ObjectList<V1Pod> pods;
        try
        {
            if (await SelectorAsync(api, pod, ct) is not { } selector)
                return false;
            pods = await api.ListAllAsync<V1Pod>(pod.Namespace, new ListQuery { LabelSelector = selector }, ct);
        }
        catch (ApiException error) when (error.StatusCode is 403 or 404)
        {
            return false;
        }
        return pods.Items.Any(other =>
            other.Metadata.Name != pod.Name
            && other.Metadata.DeletionTimestamp is null
            && other.Status?.Phase is "Running" or "Pending");
    }
}
