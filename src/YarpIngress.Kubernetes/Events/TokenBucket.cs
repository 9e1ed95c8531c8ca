namespace YarpIngress.Kubernetes;

/// <summary>Allows a burst, then one each so often.</summary>
internal sealed class TokenBucket(int burst, TimeSpan refill, DateTimeOffset now)
{
    private double _tokens = burst;
    private DateTimeOffset _at = now;

    public bool TryTake(DateTimeOffset now)
    {
        if (now > _at)
        {
            _tokens = Math.Min(burst, _tokens + ((now - _at) / refill));
            _at = now;
        }

        if (_tokens < 1)
            return false;
        _tokens--;
        return true;
    }
}
