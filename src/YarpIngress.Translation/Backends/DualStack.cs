using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Translation.Backends;

/// <summary>
/// Pods of a dual-stack Service have an endpoint in a slice of each family. Each pod takes its share once: by the family that the
/// Service names first, by the other where that has none of it.
/// </summary>
internal static class DualStack
{
    public static IReadOnlyList<EndpointCandidate> OncePerPod(IReadOnlyList<EndpointCandidate> candidates, V1Service service)
    {
        var prefersIPv6 = PrefersIPv6(service);
        HashSet<string>? preferred = null;
        var others = 0;
        foreach (var candidate in candidates)
        {
            if (candidate.IsIPv6 != prefersIPv6)
                others++;
            else if (candidate.Pod is { } pod)
                (preferred ??= []).Add(pod);
        }
        if (others == 0 || preferred is null)
            return candidates;
        return
        [
            .. candidates.Where(
                candidate => candidate.IsIPv6 == prefersIPv6 || candidate.Pod is null || !preferred.Contains(candidate.Pod)),
        ];
    }

    private static bool PrefersIPv6(V1Service service) => service.Spec?.IpFamilies is [var first, ..]
        ? first == "IPv6"
        : service.Spec?.ClusterIP?.Contains(':') == true;
}
