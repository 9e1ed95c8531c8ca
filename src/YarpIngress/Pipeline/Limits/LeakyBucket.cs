namespace YarpIngress.Pipeline.Limits;

/// <summary>
/// nginx's arithmetic of limit_req, in whole thousandths of a request: what is above the rate stands in the bucket and runs out of it
/// at the rate. The first request of a client costs nothing, so that as many as the burst, and one, pass at once.
/// </summary>
internal static class LeakyBucket
{
    // After 11 days every bucket that a burst can fill is empty, and the product below still has room.
    private const long Longest = 1_000_000_000;

    /// <summary>What is in the bucket with one request more.</summary>
    /// <param name="excess">What was in it.</param>
    /// <param name="rate">Thousandths of a request that run out a second.</param>
    /// <param name="elapsed">Milliseconds since then.</param>
    public static long Add(long excess, long rate, long elapsed) => Math.Max(0, Left(excess, rate, elapsed) + 1000);

    /// <summary>Whether a bucket tells no more about its client than none would: its next request is as good as the first.</summary>
    public static bool IsForgotten(long excess, long rate, long elapsed) => Left(excess, rate, elapsed) + 1000 <= 0;

    private static long Left(long excess, long rate, long elapsed) => excess - rate * Math.Clamp(elapsed, 0, Longest) / 1000;
}
