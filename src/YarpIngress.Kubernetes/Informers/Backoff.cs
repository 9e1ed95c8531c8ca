namespace YarpIngress.Kubernetes;

/// <summary>Growing pauses between tries, each shortened at random so that many clients don't come back at the same moment.</summary>
internal sealed class Backoff(TimeSpan min, TimeSpan max, Random? random = null)
{
    private readonly Random _random = random ?? Random.Shared;
    private TimeSpan _next;

    public TimeSpan Next()
    {
        var pause = _next > min ? _next : min;
        _next = TimeSpan.FromTicks(Math.Min(max.Ticks, pause.Ticks * 2));
        return pause - (pause * 0.5 * _random.NextDouble());
    }

    public void Reset() => _next = min;
}
