using System.Numerics;

namespace YarpIngress.Translation.Model;

/// <summary>Ranges of numbers, both ends included, that neither overlap nor touch, in order.</summary>
internal readonly struct Ranges<T>
    where T : IBinaryInteger<T>, IMinMaxValue<T>
{
    private readonly T[] _first;
    private readonly T[] _last;

    private Ranges(T[] first, T[] last) => (_first, _last) = (first, last);

    /// <summary>Merges <paramref name="ranges"/>.</summary>
    public static Ranges<T> Of(List<(T First, T Last)> ranges)
    {
        ranges.Sort();
        var (first, last) = (new List<T>(ranges.Count), new List<T>(ranges.Count));
        foreach (var range in ranges)
        {
            if (last.Count > 0 && (last[^1] == T.MaxValue || range.First <= last[^1] + T.One))
                last[^1] = T.Max(last[^1], range.Last);
            else
            {
                first.Add(range.First);
                last.Add(range.Last);
            }
        }
        return new Ranges<T>([.. first], [.. last]);
    }

    /// <summary>Whether one of them has <paramref name="value"/>.</summary>
    public bool Contains(T value)
    {
        // The last range that begins at or before it.
        var (low, high) = (0, _first.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_first[middle] <= value)
                low = middle + 1;
            else
                high = middle;
        }
        return low > 0 && value <= _last[low - 1];
    }
}
