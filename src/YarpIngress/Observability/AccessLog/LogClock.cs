using System.Diagnostics;

namespace YarpIngress.Observability.AccessLog;

/// <summary>
/// The time of day of a timestamp that is there anyway: asking the system for it costs as much as writing a third of a line.
/// </summary>
internal sealed class LogClock
{
    // How far the system's time may be off after somebody has set it.
    private static readonly long MostApart = Stopwatch.Frequency / 20;

    private static volatile LogClock _last = new();

    private readonly long _timestamp = Stopwatch.GetTimestamp();
    private readonly DateTime _time = DateTime.UtcNow;

    /// <summary>The time of a timestamp of <see cref="Stopwatch"/> that was just taken.</summary>
    public static DateTime At(long timestamp)
    {
        var last = _last;
        if (timestamp - last._timestamp > MostApart)
            _last = last = new LogClock();
        return last._time + Stopwatch.GetElapsedTime(last._timestamp, timestamp);
    }
}
