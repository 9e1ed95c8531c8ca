namespace YarpIngress.Layer4.Streams;

/// <summary>What went through a port.</summary>
internal sealed class StreamCounts
{
    private long _accepted;
    private long _refused;
    private long _unreachable;
    private long _received;
    private long _sent;
    private int _open;

    /// <summary>Connections, or sessions of UDP, that were begun.</summary>
    public long Accepted => Interlocked.Read(ref _accepted);

    /// <summary>Those of them that are open.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>
    /// Connections closed, or datagrams dropped, since there were too many, no endpoint took them, or their form was wrong.
    /// </summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Endpoints that took no connection, or refused a datagram.</summary>
    public long Unreachable => Interlocked.Read(ref _unreachable);

    /// <summary>Datagrams of clients.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>Datagrams of endpoints.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Bytes.</summary>
    public RelayCounts Bytes { get; } = new();

    public void Begin()
    {
        Interlocked.Increment(ref _accepted);
        Interlocked.Increment(ref _open);
    }

    public void End() => Interlocked.Decrement(ref _open);

    public void Refuse() => Interlocked.Increment(ref _refused);

    public void Miss() => Interlocked.Increment(ref _unreachable);

    public void Receive(int bytes)
    {
        Interlocked.Increment(ref _received);
        Bytes.AddReceived(bytes);
    }

    public void Send(int bytes)
    {
        Interlocked.Increment(ref _sent);
        Bytes.AddSent(bytes);
    }
}
