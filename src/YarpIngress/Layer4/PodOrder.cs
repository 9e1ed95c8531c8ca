using System.Net;
using YarpIngress.Pipeline.Balancing;

namespace YarpIngress.Layer4;

/// <summary>In which order pods are tried. The first is the one that is meant to serve.</summary>
internal static class PodOrder
{
    /// <summary>Each in its turn.</summary>
    /// <param name="pods">All that take traffic.</param>
    /// <param name="turn">A number that goes up by one each time.</param>
    public static IEnumerable<T> InTurn<T>(IReadOnlyList<T> pods, uint turn)
    {
        for (var i = 0; i < pods.Count; i++)
            yield return pods[(int)((turn + (ulong)i) % (ulong)pods.Count)];
    }

    /// <summary>
    /// For <c>sessionAffinity: ClientIP</c> always the same one for a client, as for its requests: a pod that comes or goes moves its own
    /// share of the clients and no other, and every replica of the gateway chooses alike.
    /// </summary>
    /// <param name="pods">All that take traffic.</param>
    /// <param name="client">The client's address; null when it is not known.</param>
    public static IEnumerable<PodAddress> Of(IReadOnlyList<PodAddress> pods, IPAddress? client)
    {
        var key = HashKeys.Of(client);
        return pods.OrderByDescending(pod => RendezvousHash.Score(key, pod.Hash));
    }
}
