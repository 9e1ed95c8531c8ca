using System.Net;
using System.Net.Sockets;
using YarpIngress.Proxy.Listeners;

namespace YarpIngress.Layer4;

/// <summary>Connects to one of the pods that would do.</summary>
internal static class PodDial
{
    /// <summary>
    /// The first connection that is made, and to which pod; default when none of them takes one. Each is asked once, in the order given.
    /// </summary>
    /// <param name="pods">Addresses, or names.</param>
    /// <param name="limits">How often that is tried.</param>
    /// <param name="time">The clock.</param>
    /// <param name="onMiss">Told of each that takes no connection; null for nobody.</param>
    /// <param name="ct">Gives it up.</param>
    public static async Task<(Socket? Socket, PodAddress? Pod)> ConnectAsync(
        IEnumerable<PodAddress> pods, DialLimits limits, TimeProvider time, Action<PodAddress>? onMiss, CancellationToken ct)
    {
        var began = time.GetTimestamp();
        foreach (var pod in pods.Take(limits.Tries))
        {
            if (await ConnectAsync(pod.EndPoint, limits.Patience, ct) is { } socket)
                return (socket, pod);
            onMiss?.Invoke(pod);
            if (limits.Within > TimeSpan.Zero && time.GetElapsedTime(began) >= limits.Within)
                break;
        }
        return default;
    }

    private static async Task<Socket?> ConnectAsync(EndPoint endPoint, TimeSpan patience, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(patience);
        try
        {
            return await OutgoingConnection.ConnectAsync(endPoint, limit.Token);
        }
        catch (Exception error) when (error is SocketException || (error is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return null;
        }
    }
}
