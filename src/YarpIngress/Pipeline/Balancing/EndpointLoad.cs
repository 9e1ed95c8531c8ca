using System.Diagnostics;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using Yarp.ReverseProxy.Model;

namespace YarpIngress.Pipeline.Balancing;

/// <summary>What is known of one endpoint of one backend: what it does now, and how fast it was lately.</summary>
/// <param name="endpoint">The endpoint.</param>
/// <param name="weight">How much it takes compared to others.</param>
internal sealed class EndpointLoad(DestinationState endpoint, int weight)
{
    // ingress-nginx: DECAY_TIME.
    private const double DecaySeconds = 10;

    private readonly Lock _lock = new();
    private int _active;
    private double _average;
    private long _sampledAt;

    /// <summary>The endpoint.</summary>
    public DestinationState Endpoint { get; } = endpoint;

    /// <summary>How much it takes compared to others.</summary>
    public int Weight { get; } = weight;

    /// <summary>The same number in every process, and whatever other endpoints there are.</summary>
    public ulong Hash { get; } = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(endpoint.DestinationId.AsSpan()));

    /// <summary>Requests in flight.</summary>
    public int Active => Volatile.Read(ref _active);

    /// <summary>Whether a request was ever timed, or the average was given.</summary>
    public bool IsKnown => Volatile.Read(ref _sampledAt) != 0;

    /// <summary>A request goes there.</summary>
    public void Begin() => Interlocked.Increment(ref _active);

    /// <summary>A request is over.</summary>
    /// <param name="ticks">How long it took, in ticks of <see cref="Stopwatch"/>; less than 0 when it failed, which says nothing
    /// of speed.</param>
    /// <param name="now">The time, in the same ticks.</param>
    public void End(long ticks, long now)
    {
        Interlocked.Decrement(ref _active);
        if (ticks < 0)
            return;
        lock (_lock)
        {
            // An answer counts the more the longer there was none.
            var kept = _sampledAt == 0 ? 0 : Kept(now);
            _average = (_average * kept) + (ticks / (double)Stopwatch.Frequency * (1 - kept));
            _sampledAt = Math.Max(now, 1);
        }
    }

    /// <summary>The average time of an answer in seconds, which fades while nothing is asked.</summary>
    public double Average(long now)
    {
        lock (_lock)
            return _sampledAt == 0 ? 0 : _average * Kept(now);
    }

    /// <summary>Begins as others are: a new endpoint that seems infinitely fast would get all requests at once.</summary>
    public void BeginAt(double average, long now)
    {
        lock (_lock)
        {
            if (_sampledAt == 0)
                (_average, _sampledAt) = (average, Math.Max(now, 1));
        }
    }

    private double Kept(long now) => Math.Exp(-Math.Max(now - _sampledAt, 0) / (DecaySeconds * Stopwatch.Frequency));
}
