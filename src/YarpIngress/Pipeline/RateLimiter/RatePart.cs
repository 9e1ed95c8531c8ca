using YarpIngress.Pipeline.Limits;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.RateLimiter;

/// <summary>
/// Some of the partitions of a limiter, the one that was asked for last in front. When there is no room for another one, the one at the
/// end that nobody waits for is forgotten.
/// </summary>
internal sealed class RatePart(RateLimiterPolicy policy, int most, BucketBudget budget, TimeProvider time)
{
    // Held for a few look-ups and never while anything is waited for.
    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, LinkedListNode<RatePartition>> _places = [];
    private readonly LinkedList<RatePartition> _recent = [];
    private bool _isClosed;

    private bool Counts => policy.Kind is not RateLimiterKind.Concurrency;

    private long Now => time.GetTimestamp() / (time.TimestampFrequency / 1000);

    /// <summary>How many partitions are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _places.Count;
        }
    }

    /// <summary>Asks for a permit.</summary>
    public RateAnswer Take(UInt128 client)
    {
        lock (_lock)
        {
            var now = Now;
            if (Find(client, now) is not { } partition)
                return RateAnswer.Refused(RateState.Unknown);
            var answer = partition.Take(now);
            if (answer.Waiting is not null)
                partition.Schedule(time, Wake, now);
            return answer;
        }
    }

    /// <summary>A request that was let through is over.</summary>
    public void Return(UInt128 client)
    {
        lock (_lock)
        {
            if (!_places.TryGetValue(client, out var place))
                return;
            place.Value.Return();
            Serve(place.Value);
        }
    }

    /// <summary>Somebody waits no longer.</summary>
    public void Leave(RateWaiter waiter)
    {
        lock (_lock)
        {
            waiter.Partition.Leave(waiter);
            Serve(waiter.Partition);
        }
    }

    /// <summary>Forgets what says nothing, from what was asked for longest ago on.</summary>
    public void Sweep(int atMost)
    {
        lock (_lock)
        {
            var now = Now;
            for (var place = _recent.Last; place is not null && atMost-- > 0;)
            {
                var previous = place.Previous;
                if (place.Value.IsFresh(now))
                    Remove(place);
                place = previous;
            }
        }
    }

    /// <summary>Nobody new comes: forgets all but what somebody waits for, which is forgotten when nobody does any more.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            for (var place = _recent.First; place is not null;)
            {
                var next = place.Next;
                if (!place.Value.IsAwaited && (Counts || place.Value.IsFresh(Now)))
                    Remove(place);
                place = next;
            }
        }
    }

    private RatePartition? Find(UInt128 client, long now)
    {
        if (_places.TryGetValue(client, out var place))
        {
            _recent.Remove(place);
            _recent.AddFirst(place);
            return place.Value;
        }
        if (_places.Count >= most || !budget.TryTake(_places.Count))
        {
            if (Forgettable(now) is not { } forgotten)
                return null;
            Remove(forgotten);
            budget.Force();
        }
        var partition = new RatePartition(client, policy, now);
        _places[client] = _recent.AddFirst(partition);
        return partition;
    }

    // What somebody waits for, or has open, would be counted wrong ever after. A few looks only: this is under a lock.
    private LinkedListNode<RatePartition>? Forgettable(long now)
    {
        const int Looks = 16;
        var place = _recent.Last;
        for (var i = 0; i < Looks && place is not null; i++, place = place.Previous)
            if (!place.Value.IsAwaited && (Counts || place.Value.IsFresh(now)))
                return place;
        return null;
    }

    private void Wake(object? partition)
    {
        lock (_lock)
            Serve((RatePartition)partition!);
    }

    private void Serve(RatePartition partition)
    {
        var now = Now;
        partition.Serve(now);
        partition.Schedule(time, Wake, now);
        // Of requests that are open nothing is left when they are over.
        if (!partition.IsAwaited && ((_isClosed && Counts) || (!Counts && partition.IsFresh(now)))
            && _places.TryGetValue(partition.Client, out var place) && place.Value == partition)
            Remove(place);
    }

    private void Remove(LinkedListNode<RatePartition> place)
    {
        _recent.Remove(place);
        _places.Remove(place.Value.Client);
        budget.Return();
    }
}
