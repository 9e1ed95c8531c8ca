using System.Collections.Concurrent;
using System.Diagnostics;

namespace YarpIngress.Benchmarks.Load;

/// <summary>What the clients of a load saw, each of which tries the same again and again for a while.</summary>
/// <param name="duration">How long they go on.</param>
/// <param name="warmUp">What ends by then, while this process still compiles itself, counts; its time does not.</param>
internal sealed class Tries(TimeSpan duration, TimeSpan warmUp)
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly ConcurrentBag<TimeSpan> _times = [];
    private long _early;
    private long _failures;

    private TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    /// <summary>Runs clients side by side until the time is over.</summary>
    public static async Task<ResultLine> RunAsync(int clients, TimeSpan duration, TimeSpan warmUp, Func<Tries, Task> repeat)
    {
        var tries = new Tries(duration, warmUp);
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => repeat(tries)));
        return tries.Result();
    }

    /// <summary>Begins another, while there is time.</summary>
    /// <param name="began">When, for <see cref="Succeed"/>.</param>
    public bool Begin(out long began)
    {
        began = Stopwatch.GetTimestamp();
        return Elapsed < duration;
    }

    public void Succeed(long began)
    {
        if (Elapsed < warmUp)
            Interlocked.Increment(ref _early);
        else
            _times.Add(Stopwatch.GetElapsedTime(began));
    }

    public void Fail() => Interlocked.Increment(ref _failures);

    private ResultLine Result()
    {
        var elapsed = Elapsed;
        var times = new Distribution();
        foreach (var time in _times)
            times.Add(time);
        long At(double quantile) => times.Count == 0 ? 0 : (long)(times.At(quantile) * 1000);
        return new ResultLine(times.Count + _early + _failures, (long)elapsed.TotalMicroseconds, _failures, 0, At(0.5), At(0.99));
    }
}
