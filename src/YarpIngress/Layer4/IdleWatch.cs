namespace YarpIngress.Layer4;

/// <summary>
/// Tells when nothing has moved for too long. A move costs a look at the clock; the timer is set once for each patience that
/// passes, not for each move.
/// </summary>
internal sealed class IdleWatch : IDisposable
{
    private readonly TimeProvider _time;
    private readonly Action _onIdle;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private TimeSpan _patience;
    private long _movedAt;
    private bool _isOver;

    /// <summary>Begins to watch.</summary>
    /// <param name="patience">For so long nothing may move.</param>
    /// <param name="time">The clock.</param>
    /// <param name="onIdle">Told once, on a thread of the pool.</param>
    public IdleWatch(TimeSpan patience, TimeProvider time, Action onIdle)
    {
        (_time, _onIdle, _patience) = (time, onIdle, patience);
        _movedAt = time.GetTimestamp();
        _timer = time.CreateTimer(static watch => ((IdleWatch)watch!).Look(), this, patience, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Something moved.</summary>
    public void Touch() => Volatile.Write(ref _movedAt, _time.GetTimestamp());

    /// <summary>From now on less patience is left; more is not given back.</summary>
    public void Hurry(TimeSpan patience)
    {
        lock (_lock)
        {
            if (_isOver || patience >= _patience)
                return;
            _patience = patience;
            _timer.Change(patience, Timeout.InfiniteTimeSpan);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
            _isOver = true;
        _timer.Dispose();
    }

    private void Look()
    {
        lock (_lock)
        {
            if (_isOver)
                return;
            var left = _patience - _time.GetElapsedTime(Volatile.Read(ref _movedAt));
            if (left > TimeSpan.Zero)
            {
                // Timers count in milliseconds: one of less would come back at once.
                _timer.Change(left + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
                return;
            }
            _isOver = true;
        }
        _onIdle();
    }
}
