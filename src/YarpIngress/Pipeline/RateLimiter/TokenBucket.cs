namespace YarpIngress.Pipeline.RateLimiter;

/// <summary>Tokens of which each request takes one, and some come back at the end of each period.</summary>
internal sealed class TokenBucket : RateState
{
    private readonly int _most;
    private readonly int _perPeriod;
    private readonly long _period;
    private long _begin;
    private int _left;

    public TokenBucket(int most, int perPeriod, long period, long now)
    {
        _most = _left = most;
        (_perPeriod, _period, _begin) = (perPeriod, period, now);
    }

    public override bool TryTake(long now)
    {
        Advance(now);
        if (_left == 0)
            return false;
        _left--;
        return true;
    }

    public override long WaitAt(long now)
    {
        Advance(now);
        return Math.Max(1, _begin + _period - now);
    }

    public override bool IsFresh(long now)
    {
        Advance(now);
        return _left == _most;
    }

    private void Advance(long now)
    {
        var periods = (now - _begin) / _period;
        if (periods <= 0)
            return;
        // More periods than tokens fill it, and are no overflow.
        _left = (int)Math.Min(_most, _left + Math.Min(periods, _most) * _perPeriod);
        _begin += periods * _period;
    }
}
