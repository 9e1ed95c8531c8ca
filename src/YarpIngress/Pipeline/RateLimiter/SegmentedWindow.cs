namespace YarpIngress.Pipeline.RateLimiter;

/// <summary>
/// So many permits in a window that moves on by segments: what was taken in one comes back when the window has passed it. With one
/// segment it is a fixed window.
/// </summary>
internal sealed class SegmentedWindow : RateState
{
    private readonly int _most;
    private readonly int[] _taken;
    private readonly long _length;
    private long _begin;
    private int _current;
    private int _left;

    public SegmentedWindow(int permits, long window, int segments, long now)
    {
        _most = _left = permits;
        _taken = new int[segments];
        (_length, _begin) = (Math.Max(1, window / segments), now);
    }

    public override bool TryTake(long now)
    {
        Advance(now);
        if (_left == 0)
            return false;
        _left--;
        _taken[_current]++;
        return true;
    }

    public override long WaitAt(long now)
    {
        Advance(now);
        // The next segment to come is the one that the window leaves.
        var steps = 1;
        while (steps < _taken.Length && _taken[(_current + steps) % _taken.Length] == 0)
            steps++;
        return Math.Max(1, _begin + steps * _length - now);
    }

    public override bool IsFresh(long now)
    {
        Advance(now);
        return _left == _most;
    }

    private void Advance(long now)
    {
        var steps = (now - _begin) / _length;
        // Threads read the clock before they get here, one earlier than the other.
        if (steps <= 0)
            return;
        for (var i = 0; i < Math.Min(steps, _taken.Length); i++)
        {
            _current = (_current + 1) % _taken.Length;
            _left += _taken[_current];
            _taken[_current] = 0;
        }
        _begin += steps * _length;
    }
}
