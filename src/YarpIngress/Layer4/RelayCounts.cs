namespace YarpIngress.Layer4;

/// <summary>How many bytes went each way.</summary>
/// <param name="total">Counts the same for many connections together; null for nobody.</param>
internal sealed class RelayCounts(RelayCounts? total = null)
{
    private long _received;
    private long _sent;

    /// <summary>Bytes of the client that went to the pod.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>Bytes of the pod that went to the client.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Bytes went from the client to the pod.</summary>
    public void AddReceived(long bytes)
    {
        Interlocked.Add(ref _received, bytes);
        total?.AddReceived(bytes);
    }

    /// <summary>Bytes went from the pod to the client.</summary>
    public void AddSent(long bytes)
    {
        Interlocked.Add(ref _sent, bytes);
        total?.AddSent(bytes);
    }
}
