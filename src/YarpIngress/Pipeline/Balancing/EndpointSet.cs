using System.Diagnostics;
using Yarp.ReverseProxy.Model;

namespace YarpIngress.Pipeline.Balancing;

/// <summary>The endpoints that may be chosen from at a moment, laid out for choosing. Immutable; their loads are not.</summary>
internal sealed class EndpointSet
{
    private readonly EndpointLoad[] _endpoints;
    // Where the share of each ends; null when all weigh the same.
    private readonly long[]? _ends;

    public EndpointSet(IReadOnlyList<DestinationState> source, Func<DestinationState, EndpointLoad> loadOf)
    {
        Source = source;
        var all = source.Select(loadOf).ToArray();
        var serving = all.Where(load => load.Weight > 0).ToArray();
        // Somebody has to.
        _endpoints = serving.Length > 0 ? serving : all;
        TotalWeight = _endpoints.Length;
        if (_endpoints.Length > 1 && _endpoints.Any(load => load.Weight != _endpoints[0].Weight))
        {
            _ends = new long[_endpoints.Length];
            TotalWeight = 0;
            for (var i = 0; i < _endpoints.Length; i++)
                _ends[i] = TotalWeight += _endpoints[i].Weight;
        }
        Stride = _ends is null ? 1 : CoprimeNearGoldenSection(TotalWeight);
        Welcome(_endpoints);
    }

    /// <summary>What it was made of.</summary>
    public IReadOnlyList<DestinationState> Source { get; }

    /// <summary>Those that may be chosen; at least one.</summary>
    public ReadOnlySpan<EndpointLoad> Endpoints => _endpoints;

    /// <summary>Whether they weigh differently.</summary>
    public bool IsWeighted => _ends is not null;

    /// <summary>The sum of all weights; how many there are when all weigh the same.</summary>
    public long TotalWeight { get; }

    /// <summary>A step around <see cref="TotalWeight"/> that comes by every number and spreads them as it goes.</summary>
    public long Stride { get; }

    /// <summary>The index of the endpoint whose share holds <paramref name="position"/>, from 0 to <see cref="TotalWeight"/> - 1.</summary>
    public int At(long position)
    {
        if (_ends is null)
            return (int)position;
        var found = Array.BinarySearch(_ends, position + 1);
        return found >= 0 ? found : ~found;
    }

    private static void Welcome(EndpointLoad[] endpoints)
    {
        var known = endpoints.Where(load => load.IsKnown).ToList();
        if (known.Count == 0 || known.Count == endpoints.Length)
            return;
        var now = Stopwatch.GetTimestamp();
        var average = known.Average(load => load.Average(now));
        foreach (var load in endpoints)
            load.BeginAt(average, now);
    }

    private static long CoprimeNearGoldenSection(long total)
    {
        var stride = Math.Max(1, (long)(total * 0.6180339887));
        while (GreatestCommonDivisor(stride, total) != 1)
            stride++;
        return stride;
    }

    private static long GreatestCommonDivisor(long a, long b)
    {
        while (b != 0)
            (a, b) = (b, a % b);
        return a;
    }
}
