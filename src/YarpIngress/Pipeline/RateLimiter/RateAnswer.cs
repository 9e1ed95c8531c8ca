namespace YarpIngress.Pipeline.RateLimiter;

/// <summary>What a limiter says of a request.</summary>
/// <param name="Waiting">Completes with whether it may after all; null when that is known.</param>
/// <param name="IsGranted">Whether it may.</param>
/// <param name="RetryAfter">Milliseconds until another may, at least, when it may not; <see cref="RateState.Unknown"/> when
/// nobody knows.</param>
internal readonly record struct RateAnswer(RateWaiter? Waiting, bool IsGranted, long RetryAfter)
{
    public static RateAnswer Granted => new(null, true, 0);

    public static RateAnswer Refused(long retryAfter) => new(null, false, retryAfter);

    public static RateAnswer Queued(RateWaiter waiter) => new(waiter, false, 0);
}

/// <summary>A request that waits for its turn: completes with whether it got it.</summary>
internal sealed class RateWaiter(RatePartition partition)
    // Who lets it through goes on with something else.
    : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public RatePartition Partition { get; } = partition;
}
