using Yarp.ReverseProxy.Model;

namespace YarpIngress.Pipeline;

/// <summary>
/// One attempt to have a pod serve a request. Times are <see cref="System.Diagnostics.Stopwatch"/>'s; 0 means that it did
/// not come to that.
/// </summary>
internal struct UpstreamTry
{
    /// <summary>Which endpoint; its id is <c>address:port</c>. Null when none could be chosen.</summary>
    public DestinationState? Destination;

    /// <summary>The status that the pod answered with; 0 without an answer.</summary>
    public int Status;

    /// <summary>When the attempt began.</summary>
    public long StartedAt;

    /// <summary>When a connection was there: at once when one of the pool was free.</summary>
    public long ConnectedAt;

    /// <summary>When the head of the answer was there.</summary>
    public long HeadersAt;

    /// <summary>When the answer was read to its end, or the attempt failed.</summary>
    public long EndedAt;

    /// <summary>Bytes sent to the pod, head and body.</summary>
    public long BytesSent;

    /// <summary>Bytes of the pod's answer, head and body.</summary>
    public long BytesReceived;
}
