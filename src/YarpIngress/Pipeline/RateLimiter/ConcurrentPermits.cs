namespace YarpIngress.Pipeline.RateLimiter;

/// <summary>Permits that come back when their requests are over.</summary>
internal sealed class ConcurrentPermits : RateState
{
    private readonly int _most;
    private int _left;

    public ConcurrentPermits(int permits) => _most = _left = permits;

    public override bool TryTake(long now)
    {
        if (_left == 0)
            return false;
        _left--;
        return true;
    }

    public override long WaitAt(long now) => Unknown;

    public override void Return() => _left++;

    public override bool IsFresh(long now) => _left == _most;
}
