using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Limits;

/// <summary>The rates of a policy in the units of <see cref="LeakyBucket"/>; 0 where there is none.</summary>
/// <param name="PerSecond">The rate of <c>limit-rps</c>.</param>
/// <param name="PerSecondBurst">What may be in its bucket.</param>
/// <param name="PerMinute">The rate of <c>limit-rpm</c>.</param>
/// <param name="PerMinuteBurst">What may be in its bucket.</param>
internal readonly record struct RateLimits(long PerSecond, long PerSecondBurst, long PerMinute, long PerMinuteBurst)
{
    public static RateLimits Of(LimitPolicy policy) => new(
        policy.RequestsPerSecond * 1000L,
        policy.RequestsPerSecond * 1000L * policy.BurstMultiplier,
        // Rounded down, as nginx does.
        policy.RequestsPerMinute * 1000L / 60,
        policy.RequestsPerMinute * 1000L * policy.BurstMultiplier);

    /// <summary>Whether there is any.</summary>
    public bool Exist => PerSecond > 0 || PerMinute > 0;
}
