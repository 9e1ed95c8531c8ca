namespace YarpIngress.Observability.Dashboard.Traffic;

/// <summary>The last five minutes of <see cref="LiveTraffic"/>, a sample every two seconds.</summary>
internal sealed class TrafficHistory : IDisposable
{
    /// <summary>Between two samples.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromSeconds(2);

    private const int Kept = 150;

    private readonly LiveTraffic _traffic;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private readonly Queue<TrafficSample> _samples = new(Kept);
    private long[] _last;
    private long _lastAt;

    public TrafficHistory(LiveTraffic traffic, TimeProvider time)
    {
        (_traffic, _time) = (traffic, time);
        (_last, _lastAt) = (traffic.Snapshot(), time.GetTimestamp());
        _timer = time.CreateTimer(_ => Sample(), null, Step, Step);
    }

    /// <summary>The samples, oldest first.</summary>
    public IReadOnlyList<TrafficSample> Samples()
    {
        lock (_lock)
            return [.. _samples];
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Sample()
    {
        lock (_lock)
        {
            var (now, at) = (_traffic.Snapshot(), _time.GetTimestamp());
            var seconds = _time.GetElapsedTime(_lastAt, at).TotalSeconds;
            // A timer that was late fires twice in a row.
            if (seconds < Step.TotalSeconds / 4)
                return;
            if (_samples.Count == Kept)
                _samples.Dequeue();
            _samples.Enqueue(TrafficSample.Between(_last, now, _time.GetUtcNow(), seconds));
            (_last, _lastAt) = (now, at);
        }
    }
}
