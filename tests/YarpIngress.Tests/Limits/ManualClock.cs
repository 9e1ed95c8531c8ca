namespace YarpIngress.Tests.Limits;

/// <summary>A clock that moves only when a test says so; its timers never fire by themselves.</summary>
internal sealed class ManualClock : TimeProvider
{
    private readonly List<(TimerCallback Callback, object? State)> _timers = [];
    private long _now = TimeSpan.TicksPerDay;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Volatile.Read(ref _now);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _timers.Add((callback, state));
        return new Timer(_ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Advance(long milliseconds) => Interlocked.Add(ref _now, milliseconds * TimeSpan.TicksPerMillisecond);

    /// <summary>Every timer is due.</summary>
    public void Fire() => _timers.ForEach(timer => timer.Callback(timer.State));
}
