namespace YarpIngress.Observability.Traffic;

/// <summary>Where one histogram of a request's series has its cells.</summary>
/// <param name="Name">Without prefix.</param>
/// <param name="Help">One sentence.</param>
/// <param name="Bounds">Upper bounds as they are published.</param>
/// <param name="RawBounds">The same in what is observed: ticks or bytes.</param>
/// <param name="Unit">What one of the published unit is in what is observed.</param>
/// <param name="Start">First cell: a count for each bound, one for what is beyond, then the sum.</param>
internal sealed record TrafficHistogram(string Name, string Help, double[] Bounds, long[] RawBounds, double Unit, int Start)
{
    /// <summary>How many cells.</summary>
    public int Length => Bounds.Length + 2;

    /// <summary>Counts one observation.</summary>
    public void Observe(Span<long> cells, long value)
    {
        var bucket = 0;
        var bounds = RawBounds;
        while (bucket < bounds.Length && value > bounds[bucket])
            bucket++;
        cells[Start + bucket]++;
        cells[Start + Length - 1] += value;
    }
}
