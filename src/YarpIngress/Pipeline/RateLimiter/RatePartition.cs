using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.RateLimiter;

/// <summary>What is counted together, and who waits for it. Whoever calls holds the lock of its <see cref="RatePart"/>.</summary>
internal sealed class RatePartition(UInt128 client, RateLimiterPolicy policy, long now)
{
    private readonly RateState _state = RateState.Of(policy, now);
    private readonly LinkedList<RateWaiter> _waiting = [];

    /// <summary>What it is known by.</summary>
    public UInt128 Client { get; } = client;

    /// <summary>Wakes those who wait; null while nobody does, and where only an end of a request makes room.</summary>
    public ITimer? Timer { get; private set; }

    /// <summary>Whether somebody waits.</summary>
    public bool IsAwaited => _waiting.Count > 0;

    /// <summary>Whether it need not be remembered.</summary>
    public bool IsFresh(long now) => !IsAwaited && _state.IsFresh(now);

    /// <summary>Lets a request through, has it wait, or refuses it; of two that wait, one may have to give way.</summary>
    public RateAnswer Take(long now)
    {
        if (!IsAwaited && _state.TryTake(now))
            return RateAnswer.Granted;
        if (policy.QueueLimit == 0 || (_waiting.Count >= policy.QueueLimit && !policy.NewestFirst))
            return RateAnswer.Refused(_state.WaitAt(now));
        if (_waiting.Count >= policy.QueueLimit && _waiting.First is { } oldest)
        {
            _waiting.RemoveFirst();
            oldest.Value.TrySetResult(false);
        }
        var waiter = new RateWaiter(this);
        _waiting.AddLast(waiter);
        return RateAnswer.Queued(waiter);
    }

    /// <summary>A request that was let through is over.</summary>
    public void Return() => _state.Return();

    /// <summary>Somebody waits no longer.</summary>
    public void Leave(RateWaiter waiter)
    {
        if (_waiting.Remove(waiter))
            waiter.TrySetResult(false);
    }

    /// <summary>Lets through whom there is room for by now.</summary>
    public void Serve(long now)
    {
        while ((policy.NewestFirst ? _waiting.Last : _waiting.First) is { } next && _state.TryTake(now))
        {
            _waiting.Remove(next);
            next.Value.TrySetResult(true);
        }
    }

    /// <summary>Sees to it that somebody wakes those who still wait.</summary>
    public void Schedule(TimeProvider time, TimerCallback wake, long now)
    {
        if (!IsAwaited)
        {
            Timer?.Dispose();
            Timer = null;
            return;
        }
        var wait = _state.WaitAt(now);
        if (wait == RateState.Unknown)
            return;
        Timer ??= time.CreateTimer(wake, this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Timer.Change(TimeSpan.FromMilliseconds(wait), Timeout.InfiniteTimeSpan);
    }
}
