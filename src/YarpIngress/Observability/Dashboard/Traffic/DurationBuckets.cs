using System.Numerics;

namespace YarpIngress.Observability.Dashboard.Traffic;

/// <summary>
/// Buckets of durations from a microsecond to two minutes, four for each doubling, so that a quantile is off by a tenth
/// at most, at 50 µs as at 50 s.
/// </summary>
internal static class DurationBuckets
{
    /// <summary>How many there are.</summary>
    public const int Count = 4 * 27;

    /// <summary>The bucket of a duration.</summary>
    public static int IndexOf(TimeSpan duration)
    {
        // Quarters of a microsecond, so that the two bits below the highest exist from the first bucket on.
        var value = Math.Max(4, duration.Ticks * 4 / TimeSpan.TicksPerMicrosecond);
        var power = BitOperations.Log2((ulong)value);
        return Math.Min(Count - 1, ((power - 2) * 4) + (int)((value >> (power - 2)) & 3));
    }

    /// <summary>Where a bucket begins, in seconds.</summary>
    public static double Start(int index) => Math.ScaleB(1 + (index % 4 / 4d), index / 4) / 1e6;

    /// <summary>The duration that <paramref name="share"/> of what was counted did not exceed; null when nothing was.</summary>
    public static double? Quantile(ReadOnlySpan<long> counts, double share)
    {
        var total = 0L;
        foreach (var count in counts)
            total += count;
        if (total == 0)
            return null;
        var wanted = share * total;
        var below = 0L;
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] > 0 && below + counts[i] >= wanted)
                return Start(i) + ((Start(i + 1) - Start(i)) * (wanted - below) / counts[i]);
            below += counts[i];
        }
        return Start(counts.Length);
    }
}
