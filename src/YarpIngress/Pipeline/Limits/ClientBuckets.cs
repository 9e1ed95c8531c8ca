namespace YarpIngress.Pipeline.Limits;

/// <summary>
/// The buckets of some of the clients of an Ingress, the one that was asked for last in front. When there is no room for another
/// client the one at the end is forgotten, as nginx does: who has more addresses than there is room for gains nothing by it, since
/// each of them may send a burst anyway.
/// </summary>
internal sealed class ClientBuckets(int most, BucketBudget budget)
{
    private const int None = -1;
    private const int FewestAtOnce = 8;

    // Held for a few look-ups and never while anything is waited for.
    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, int> _places = [];
    private Bucket[] _buckets = [];
    private int _used;
    private int _free = None;
    private int _first = None;
    private int _last = None;
    private RateLimits _limits;

    /// <summary>How many clients are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _places.Count;
        }
    }

    /// <summary>Counts a request, unless it is one too many.</summary>
    /// <param name="client">Whose it is.</param>
    /// <param name="limits">The rates.</param>
    /// <param name="now">Milliseconds of a clock that never goes back.</param>
    public bool TryTake(UInt128 client, in RateLimits limits, long now)
    {
        lock (_lock)
        {
            _limits = limits;
            if (!_places.TryGetValue(client, out var at))
            {
                Add(client, now);
                return true;
            }
            ref var bucket = ref _buckets[at];
            MoveToFront(at);
            var elapsed = now - bucket.Last;
            var second = limits.PerSecond > 0 ? LeakyBucket.Add(bucket.Second, limits.PerSecond, elapsed) : 0;
            var minute = limits.PerMinute > 0 ? LeakyBucket.Add(bucket.Minute, limits.PerMinute, elapsed) : 0;
            // What is refused by one counts in none.
            if (second > limits.PerSecondBurst || minute > limits.PerMinuteBurst)
                return false;
            (bucket.Second, bucket.Minute) = (second, minute);
            // Threads read the clock before they get here, one earlier than the other.
            if (elapsed > 0)
                bucket.Last = now;
            return true;
        }
    }

    /// <summary>Forgets clients whose buckets say nothing, from the one that was asked for longest ago on.</summary>
    /// <returns>Whether there may be more of them.</returns>
    public bool Sweep(long now, int atMost)
    {
        lock (_lock)
        {
            for (var i = 0; i < atMost; i++)
            {
                if (_last == None || !IsForgotten(_last, now))
                    return false;
                Remove(_last);
            }
            return _last != None;
        }
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            while (_last != None)
                Remove(_last);
        }
    }

    private bool IsForgotten(int at, long now)
    {
        ref var bucket = ref _buckets[at];
        var elapsed = now - bucket.Last;
        return (_limits.PerSecond == 0 || LeakyBucket.IsForgotten(bucket.Second, _limits.PerSecond, elapsed))
            && (_limits.PerMinute == 0 || LeakyBucket.IsForgotten(bucket.Minute, _limits.PerMinute, elapsed));
    }

    private void Add(UInt128 client, long now)
    {
        // Two, so that more go than come as long as there are any.
        for (var i = 0; i < 2 && _last != None && IsForgotten(_last, now); i++)
            Remove(_last);
        if (_places.Count >= most || !budget.TryTake(_places.Count))
        {
            Remove(_last);
            budget.Force();
        }
        var at = _free;
        if (at != None)
            _free = _buckets[at].Next;
        else
        {
            if (_used == _buckets.Length)
                Array.Resize(ref _buckets, Math.Min(most, Math.Max(FewestAtOnce, _used * 2)));
            at = _used++;
        }
        _buckets[at] = new Bucket { Client = client, Last = now, Previous = None, Next = _first };
        _places[client] = at;
        if (_first != None)
            _buckets[_first].Previous = at;
        else
            _last = at;
        _first = at;
    }

    private void MoveToFront(int at)
    {
        if (at == _first)
            return;
        Unlink(at);
        _buckets[at].Previous = None;
        _buckets[at].Next = _first;
        _buckets[_first].Previous = at;
        _first = at;
    }

    private void Remove(int at)
    {
        Unlink(at);
        _places.Remove(_buckets[at].Client);
        budget.Return();
        _buckets[at].Next = _free;
        _free = at;
        if (_places.Count > 0 || _buckets.Length <= FewestAtOnce)
            return;
        // Nobody asks any more: the memory goes back.
        (_buckets, _used, _free) = ([], 0, None);
        _places.TrimExcess();
    }

    private void Unlink(int at)
    {
        var (previous, next) = (_buckets[at].Previous, _buckets[at].Next);
        if (previous != None)
            _buckets[previous].Next = next;
        else
            _first = next;
        if (next != None)
            _buckets[next].Previous = previous;
        else
            _last = previous;
    }

    private struct Bucket
    {
        public UInt128 Client;
        public long Last;
        public long Second;
        public long Minute;
        public int Previous;
        public int Next;
    }
}
