namespace YarpIngress.LocalCluster.Api;

/// <summary>The open watch connections, so that tests and a stop can end them all.</summary>
internal sealed class OpenWatches : IDisposable
{
    private readonly Lock _gate = new();
    private CancellationTokenSource _dropped = new();

    /// <summary>Cancelled when the watches that are open now are to end.</summary>
    public CancellationToken Dropped
    {
        get
        {
            lock (_gate)
                return _dropped.Token;
        }
    }

    public void Drop()
    {
        CancellationTokenSource dropped;
        lock (_gate)
        {
            dropped = _dropped;
            _dropped = new CancellationTokenSource();
        }
        dropped.Cancel();
        dropped.Dispose();
    }

    public void Dispose() => _dropped.Dispose();
}
