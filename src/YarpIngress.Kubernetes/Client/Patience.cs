namespace YarpIngress.Kubernetes;

/// <summary>A caller's token that also ends when nothing was heard for a while.</summary>
internal sealed class Patience : IDisposable
{
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _limit;
    private readonly CancellationTokenSource _linked;
    private TimeSpan _length;

    public Patience(TimeSpan length, TimeProvider time, CancellationToken caller)
    {
        (_length, _caller) = (length, caller);
        _limit = new CancellationTokenSource(length, time);
        _linked = CancellationTokenSource.CreateLinkedTokenSource(caller, _limit.Token);
    }

    public CancellationToken Token => _linked.Token;

    /// <summary>Whether it ended because of the silence, not because of the caller.</summary>
    public bool Ended => _limit.IsCancellationRequested && !_caller.IsCancellationRequested;

    /// <summary>Something was heard: starts over.</summary>
    public void Renew() => _limit.CancelAfter(_length);

    /// <summary>Starts over with another length.</summary>
    public void Renew(TimeSpan length)
    {
        _length = length;
        Renew();
    }

    /// <summary>The time-out as an error.</summary>
    public ApiException Error(string request, Exception inner) =>
        new(request, ApiException.ClientTimeout, $"no answer within {_length.TotalSeconds:0} s", inner);

    public void Dispose()
    {
        _linked.Dispose();
        _limit.Dispose();
    }
}
