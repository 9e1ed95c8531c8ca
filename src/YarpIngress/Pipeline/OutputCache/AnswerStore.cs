namespace YarpIngress.Pipeline.OutputCache;

/// <summary>
/// The memory that all kept answers share: when it is full, those that were asked for longest ago go. No route has more than a quarter
/// of it.
/// </summary>
internal sealed class AnswerStore : IDisposable
{
    private const long MostBytes = 64 * 1024 * 1024;

    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);

    // Held for a few look-ups and never while anything is waited for.
    private readonly Lock _lock = new();
    private readonly LinkedList<KeptAnswer> _recent = [];
    private readonly TimeProvider _time;
    private readonly ITimer _sweep;
    private readonly long _most;
    private long _bytes;
    private int _waiting;

    public AnswerStore(TimeProvider time)
        : this(time, MostBytes)
    {
    }

    internal AnswerStore(TimeProvider time, long mostBytes)
    {
        (_time, _most) = (time, mostBytes);
        _sweep = time.CreateTimer(static store => ((AnswerStore)store!).Sweep(), this, SweepInterval, SweepInterval);
    }

    /// <summary>How many bytes are taken.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
                return _bytes;
        }
    }

    /// <summary>How many answers are kept.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _recent.Count;
        }
    }

    /// <summary>How many requests wait for an answer that another one fetches.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>The clock by which answers expire.</summary>
    public TimeProvider Time => _time;

    /// <summary>How old an answer is.</summary>
    public TimeSpan AgeOf(KeptAnswer answer) => answer.AgeAtFirst + _time.GetElapsedTime(answer.KeptAt);

    /// <summary>The answer that a route keeps for a key; null when it has none that is still good.</summary>
    public KeptAnswer? Find(KeptAnswers owner, string key)
    {
        lock (_lock)
            return FindKept(owner, key);
    }

    /// <summary>The answer that a route keeps for a key, or else who fetches it: whoever asks first, until that is settled.</summary>
    public CacheFinding FindOrFetch(KeptAnswers owner, string key)
    {
        lock (_lock)
        {
            if (FindKept(owner, key) is { } kept)
                return new(kept, null, false);
            if (owner.Coming.TryGetValue(key, out var coming))
                return new(null, coming, false);
            owner.Coming[key] = coming = new ComingAnswer();
            return new(null, coming, true);
        }
    }

    /// <summary>An answer that was being fetched is there, is not for others, or was abandoned; only the first word counts.</summary>
    public void Settle(KeptAnswers owner, string key, ComingAnswer coming, KeptAnswer? answer, bool isAbandoned = false)
    {
        lock (_lock)
        {
            if (coming.Settled.IsCompleted)
                return;
            Forget(owner, key, coming);
            coming.Settle(answer, isAbandoned);
        }
    }

    /// <summary>Waits until it is known what became of an answer, or it takes too long.</summary>
    public async Task WaitAsync(ComingAnswer coming, TimeSpan patience, CancellationToken ct)
    {
        if (patience <= TimeSpan.Zero)
            return;
        Interlocked.Increment(ref _waiting);
        await coming.Settled.WaitAsync(patience, _time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Interlocked.Decrement(ref _waiting);
    }

    /// <summary>Who comes next does not wait for an answer that takes too long.</summary>
    public void GiveUp(KeptAnswers owner, string key, ComingAnswer coming)
    {
        lock (_lock)
            Forget(owner, key, coming);
    }

    /// <summary>Keeps an answer in place of what was there, unless its route is gone or it is too large.</summary>
    public void Keep(KeptAnswer answer)
    {
        var (owner, size) = (answer.Owner, answer.Size);
        var share = _most / 4;
        if (size > share)
            return;
        lock (_lock)
        {
            if (owner.IsClosed)
                return;
            if (owner.Places.TryGetValue(answer.Key, out var previous))
                Remove(previous);
            while (owner.Bytes + size > share && owner.Recent.Last is { } oldest)
                Remove(owner.Places[oldest.Value.Key]);
            while (_bytes + size > _most && _recent.Last is { } oldest)
                Remove(oldest.Value.Owner.Places[oldest.Value.Key]);
            owner.Places[answer.Key] = new(_recent.AddFirst(answer), owner.Recent.AddFirst(answer), size);
            owner.Bytes += size;
            _bytes += size;
        }
    }

    /// <summary>A route is gone, and its answers with it.</summary>
    public void Close(KeptAnswers owner)
    {
        lock (_lock)
        {
            owner.IsClosed = true;
            while (owner.Recent.Last is { } oldest)
                Remove(owner.Places[oldest.Value.Key]);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _sweep.Dispose();

    private bool IsOver(KeptAnswer answer) => _time.GetElapsedTime(answer.KeptAt) >= answer.Lifetime;

    private static void Forget(KeptAnswers owner, string key, ComingAnswer coming)
    {
        if (owner.Coming.TryGetValue(key, out var now) && ReferenceEquals(now, coming))
            owner.Coming.Remove(key);
    }

    private KeptAnswer? FindKept(KeptAnswers owner, string key)
    {
        if (!owner.Places.TryGetValue(key, out var place))
            return null;
        if (IsOver(place.InStore.Value))
        {
            Remove(place);
            return null;
        }
        _recent.Remove(place.InStore);
        _recent.AddFirst(place.InStore);
        owner.Recent.Remove(place.InRoute);
        owner.Recent.AddFirst(place.InRoute);
        return place.InStore.Value;
    }

    private void Remove(in KeptPlace place)
    {
        var answer = place.InStore.Value;
        _recent.Remove(place.InStore);
        answer.Owner.Recent.Remove(place.InRoute);
        answer.Owner.Places.Remove(answer.Key);
        answer.Owner.Bytes -= place.Size;
        _bytes -= place.Size;
    }

    private void Sweep()
    {
        lock (_lock)
        {
            for (var entry = _recent.Last; entry is not null;)
            {
                var previous = entry.Previous;
                if (IsOver(entry.Value))
                    Remove(entry.Value.Owner.Places[entry.Value.Key]);
                entry = previous;
            }
        }
    }
}

/// <summary>Where an answer is.</summary>
/// <param name="InStore">Among those of all routes.</param>
/// <param name="InRoute">Among those of its route.</param>
/// <param name="Size">How many bytes it takes.</param>
internal readonly record struct KeptPlace(LinkedListNode<KeptAnswer> InStore, LinkedListNode<KeptAnswer> InRoute, long Size);
