namespace YarpIngress.Kubernetes.Tests.Peer;

/// <summary>A clock that moves only when a test says so, and that knows which timers wait.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private DateTimeOffset _now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
            return _now;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock and runs what becomes due, in order.</summary>
    public void Advance(TimeSpan by)
    {
        var target = GetUtcNow() + by;
        while (true)
        {
            ManualTimer? due;
            lock (_lock)
            {
                due = _timers.Where(timer => timer.Due <= target).MinBy(timer => timer.Due);
                if (due is null)
                {
                    _now = target;
                    return;
                }

                _now = due.Due > _now ? due.Due : _now;
                _timers.Remove(due);
            }

            due.Fire();
        }
    }

    /// <summary>Whether a timer of at least <paramref name="length"/> waits.</summary>
    public bool Waits(TimeSpan length)
    {
        lock (_lock)
            return _timers.Any(timer => timer.Length >= length);
    }

    /// <summary>Waits until something pauses and lets exactly that pause pass; says how long it was.</summary>
    public async Task<TimeSpan> PassPauseAsync()
    {
        ManualTimer? pause = null;
        await Eventually.IsTrueAsync(() =>
        {
            lock (_lock)
                pause = _timers.Where(timer => !timer.IsTimeLimit).MinBy(timer => timer.Due);
            return pause is not null;
        });
        var length = pause!.Length;
        Advance(pause.Due - GetUtcNow());
        return length;
    }

    private sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        public TimeSpan Length { get; private set; }

        /// <summary>Whether it ends something that takes too long; other timers end pauses.</summary>
        public bool IsTimeLimit => state is CancellationTokenSource;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;

                (Due, Length) = (time._now + dueTime, dueTime);
                time._timers.Add(this);
                return true;
            }
        }

        public void Fire() => callback(state);

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
