namespace YarpIngress.Proxy.Listeners;

/// <summary>
/// How many connections of clients there may be. A client that opens as many as the process has files would leave none for the pods,
/// the API server and the kubelet's probes, so that it would be restarted with all its other clients.
/// </summary>
internal sealed class ConnectionRoom(int most)
{
    // Of whatever little there is.
    private const int Fewest = 16;

    private int _open;

    /// <summary>How many there may be.</summary>
    public int Most { get; } = most;

    /// <summary>Half of the files that are left: a client's request takes a connection to a pod too.</summary>
    public static ConnectionRoom OfFiles() => new(OpenFiles.Left() is { } files ? Math.Max(files / 2, Fewest) : int.MaxValue);

    /// <summary>Takes room for one; false when there is none.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _open) <= Most)
            return true;
        Leave();
        return false;
    }

    /// <summary>Gives it back.</summary>
    public void Leave() => Interlocked.Decrement(ref _open);
}
