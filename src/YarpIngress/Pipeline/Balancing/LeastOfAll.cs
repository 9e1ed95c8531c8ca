namespace YarpIngress.Pipeline.Balancing;

/// <summary>The endpoint with the least to do. Among equals it is each one's turn.</summary>
internal static class LeastOfAll
{
    /// <summary>Fewest requests in flight for its weight.</summary>
    public static int ByRequests(EndpointSet set, uint turn) => Least(set, turn, extra: 0);

    /// <summary>Fewest requests in flight for its weight, once it has this one too: an idle endpoint of little weight may lose.</summary>
    public static int ByDelay(EndpointSet set, uint turn) => Least(set, turn, extra: 1);

    /// <summary>One that has nothing to do; when there is none, as <see cref="ByDelay"/>.</summary>
    public static int IdleOrByDelay(EndpointSet set, uint turn)
    {
        var endpoints = set.Endpoints;
        var start = RoundRobin.Index(set, turn);
        for (var i = 0; i < endpoints.Length; i++)
        {
            var at = start + i < endpoints.Length ? start + i : start + i - endpoints.Length;
            if (endpoints[at].Active == 0)
                return at;
        }
        return ByDelay(set, turn);
    }

    private static int Least(EndpointSet set, uint turn, int extra)
    {
        var endpoints = set.Endpoints;
        var best = RoundRobin.Index(set, turn);
        var bestActive = endpoints[best].Active + extra;
        for (int i = 1, at = best; i < endpoints.Length; i++)
        {
            at = at + 1 < endpoints.Length ? at + 1 : 0;
            var active = endpoints[at].Active + extra;
            // active / weight < bestActive / bestWeight, without fractions.
            if ((long)active * Weight(endpoints[best]) < (long)bestActive * Weight(endpoints[at]))
                (best, bestActive) = (at, active);
        }
        return best;
    }

    // Weights of 0 are here only when all are.
    private static int Weight(EndpointLoad load) => Math.Max(load.Weight, 1);
}
