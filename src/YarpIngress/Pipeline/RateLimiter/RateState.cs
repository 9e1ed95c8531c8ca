using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.RateLimiter;

/// <summary>How many permits one partition of a limiter has left. Times are milliseconds of a clock that never goes back.</summary>
internal abstract class RateState
{
    /// <summary>What <see cref="WaitAt"/> says when only a request that ends makes room.</summary>
    public const long Unknown = long.MaxValue;

    /// <summary>One that has had no requests.</summary>
    public static RateState Of(RateLimiterPolicy policy, long now)
    {
        var window = (long)policy.Window.TotalMilliseconds;
        return policy.Kind switch
        {
            RateLimiterKind.FixedWindow => new SegmentedWindow(policy.Permits, window, 1, now),
            RateLimiterKind.SlidingWindow => new SegmentedWindow(policy.Permits, window, policy.Segments, now),
            RateLimiterKind.TokenBucket => new TokenBucket(policy.Permits, policy.TokensPerPeriod, window, now),
            _ => new ConcurrentPermits(policy.Permits),
        };
    }

    /// <summary>Takes a permit, if there is one.</summary>
    public abstract bool TryTake(long now);

    /// <summary>How long it takes, at least, until there is one again.</summary>
    public abstract long WaitAt(long now);

    /// <summary>A request that has one is over.</summary>
    public virtual void Return()
    {
    }

    /// <summary>Whether it tells no more than one that has had no requests.</summary>
    public abstract bool IsFresh(long now);
}
