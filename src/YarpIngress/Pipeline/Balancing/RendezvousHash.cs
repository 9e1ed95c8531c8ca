namespace YarpIngress.Pipeline.Balancing;

/// <summary>
/// Consistent hashing: each endpoint has a score for a key, and the highest one wins. When an endpoint goes, only its own keys move,
/// to all others alike; when one comes, it takes its share from all others and nothing else moves. That is the least there can be.
/// </summary>
/// <remarks>Nothing is remembered, so every replica of the gateway chooses alike.</remarks>
internal static class RendezvousHash
{
    private const int StackLimit = 64;

    /// <summary>The index of the endpoint for a key; an endpoint of twice the weight gets twice the keys.</summary>
    public static int Best(EndpointSet set, ulong key)
    {
        var endpoints = set.Endpoints;
        var best = 0;
        if (set.IsWeighted)
        {
            var highest = double.NegativeInfinity;
            for (var i = 0; i < endpoints.Length; i++)
            {
                var score = WeightedScore(key, endpoints[i]);
                if (score > highest)
                    (best, highest) = (i, score);
            }
            return best;
        }
        var most = 0UL;
        for (var i = 0; i < endpoints.Length; i++)
        {
            var score = Score(key, endpoints[i].Hash);
            if (score > most)
                (best, most) = (i, score);
        }
        return best;
    }

    /// <summary>One of the <paramref name="size"/> best endpoints for a key.</summary>
    /// <param name="set">The endpoints.</param>
    /// <param name="key">The key.</param>
    /// <param name="size">At least 1.</param>
    /// <param name="chance">Decides which one; not negative.</param>
    public static int OfSubset(EndpointSet set, ulong key, int size, int chance)
    {
        var endpoints = set.Endpoints;
        size = Math.Min(size, endpoints.Length);
        // The best so far, highest first.
        Span<(double Score, int Index)> best = size <= StackLimit ? stackalloc (double, int)[size] : new (double, int)[size];
        var count = 0;
        for (var i = 0; i < endpoints.Length; i++)
        {
            var score = WeightedScore(key, endpoints[i]);
            if (count == size && score <= best[^1].Score)
                continue;
            var at = count < size ? count++ : size - 1;
            while (at > 0 && best[at - 1].Score < score)
            {
                best[at] = best[at - 1];
                at--;
            }
            best[at] = (score, i);
        }
        return best[chance % size].Index;
    }

    /// <summary>Depends on every bit of both.</summary>
    internal static ulong Score(ulong key, ulong endpoint)
    {
        // The finalizer of MurmurHash3: changes half of all bits whichever one changes.
        var mixed = key ^ endpoint;
        mixed = (mixed ^ (mixed >> 33)) * 0xff51afd7ed558ccd;
        mixed = (mixed ^ (mixed >> 33)) * 0xc4ceb9fe1a85ec53;
        return mixed ^ (mixed >> 33);
    }

    // With a number evenly from 0 to 1, the highest of -weight / ln(number) is each one with a probability like its weight.
    private static double WeightedScore(ulong key, EndpointLoad endpoint) =>
        -Math.Max(endpoint.Weight, 1) / Math.Log(((Score(key, endpoint.Hash) >> 11) + 0.5) / (1UL << 53));
}
