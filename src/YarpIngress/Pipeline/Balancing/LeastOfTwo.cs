using System.Diagnostics;

namespace YarpIngress.Pipeline.Balancing;

/// <summary>
/// The better one of two that are chosen by chance: nearly as even as the best of all, and without every request running to the same
/// endpoint at once, since each looks at two others.
/// </summary>
internal static class LeastOfTwo
{
    // Seconds, more than any answer takes.
    private const double NotAnsweredYet = 1e6;

    /// <summary>Fewer requests in flight for its weight.</summary>
    public static int ByRequests(EndpointSet set, Random random)
    {
        var (one, other) = Two(set, random);
        var (left, right) = (set.Endpoints[one], set.Endpoints[other]);
        return (long)right.Active * Weight(left) < (long)left.Active * Weight(right) ? other : one;
    }

    /// <summary>
    /// The shorter average time, as often as it has requests in flight: an endpoint that hangs ends none, and its average of earlier
    /// times would fade and look better and better.
    /// </summary>
    public static int ByTime(EndpointSet set, Random random)
    {
        var (one, other) = Two(set, random);
        var now = Stopwatch.GetTimestamp();
        return Cost(set.Endpoints[other], now) < Cost(set.Endpoints[one], now) ? other : one;
    }

    // Who has yet to answer for the first time gets one request, and more only when there is nobody else.
    private static double Cost(EndpointLoad load, long now) =>
        load.IsKnown ? load.Average(now) * (load.Active + 1) / Weight(load) : load.Active * NotAnsweredYet;

    private static (int One, int Other) Two(EndpointSet set, Random random)
    {
        var one = random.Next(set.Endpoints.Length);
        var other = random.Next(set.Endpoints.Length - 1);
        return (one, other < one ? other : other + 1);
    }

    // Weights of 0 are here only when all are.
    private static int Weight(EndpointLoad load) => Math.Max(load.Weight, 1);
}
