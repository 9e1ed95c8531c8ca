namespace YarpIngress.LocalCluster.Store;

/// <summary>The bounded history of one resource: a ring of the latest changes. Used under the store's lock.</summary>
internal sealed class EventLog(int capacity, long byteLimit)
{
    private StoreEvent?[] _ring = new StoreEvent?[Math.Min(64, capacity)];
    private int _start;
    private int _count;
    private long _bytes;

    /// <summary>A new reader may start at this revision or later: everything older counts as compacted.</summary>
    public long CompactedUpTo { get; private set; }

    /// <summary>The revision of the newest change that is gone: a reader that stands before it has missed something.</summary>
    public long LostUpTo { get; private set; }

    public void Append(StoreEvent change)
    {
        if (_count == _ring.Length)
        {
            if (_ring.Length < capacity)
                Grow();
            else
                DropOldest();
        }
        _ring[(_start + _count) % _ring.Length] = change;
        _count++;
        _bytes += change.Object.Utf8.Length;
        while (_bytes > byteLimit && _count > 1)
            DropOldest();
    }

    /// <summary>Forgets everything up to and including <paramref name="revision"/>.</summary>
    public void Compact(long revision)
    {
        while (_count > 0 && At(0).Revision <= revision)
            DropOldest();
        CompactedUpTo = Math.Max(CompactedUpTo, revision);
    }

    /// <summary>Forgets everything and stops every reader: the history starts anew at <paramref name="revision"/>.</summary>
    public void Restart(long revision)
    {
        Compact(revision);
        LostUpTo = revision;
    }

    /// <summary>
    /// Up to <paramref name="limit"/> changes after <paramref
    /// name="revision"/>, oldest first; null when some of them are forgotten.
    /// </summary>
    public IReadOnlyList<StoreEvent>? After(long revision, int limit)
    {
        if (revision < LostUpTo)
            return null;
        var low = 0;
        var high = _count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (At(middle).Revision <= revision)
                low = middle + 1;
            else
                high = middle;
        }
        var result = new StoreEvent[Math.Min(limit, _count - low)];
        for (var i = 0; i < result.Length; i++)
            result[i] = At(low + i);
        return result;
    }

    private StoreEvent At(int index) =>
        _ring[(_start + index) % _ring.Length] ?? throw new InvalidOperationException("The ring has a hole.");

    private void DropOldest()
    {
        var oldest = At(0);
        LostUpTo = oldest.Revision;
        CompactedUpTo = Math.Max(CompactedUpTo, LostUpTo);
        _bytes -= oldest.Object.Utf8.Length;
        _ring[_start] = null;
        _start = (_start + 1) % _ring.Length;
        _count--;
    }

    private void Grow()
    {
        var larger = new StoreEvent?[Math.Min(capacity, _ring.Length * 2)];
        for (var i = 0; i < _count; i++)
            larger[i] = At(i);
        _ring = larger;
        _start = 0;
    }
}
