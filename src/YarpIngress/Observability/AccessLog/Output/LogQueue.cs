namespace YarpIngress.Observability.AccessLog.Output;

/// <summary>
/// Lines between requests and the writer, bounded: when the writer cannot keep up with them, as behind a pipe that
/// nobody reads, further lines are dropped and counted.
/// </summary>
/// <param name="limit">Bytes that may wait.</param>
/// <param name="counts">Where dropped lines are counted.</param>
internal sealed class LogQueue(int limit, LogCounts counts)
{
    private const int MostFree = 16;

    private readonly AutoResetEvent _filled = new(false);
    private readonly Stack<LogChunk> _free = new();

    // Held for a copy of some hundred bytes; let go of without a memory barrier, which is half of what a Lock costs.
    private SpinLock _lock = new(enableThreadOwnerTracking: false);
    private List<LogChunk> _waiting = [];
    private LogChunk? _current;
    private long _size;
    private bool _isAwake;
    private bool _isClosed;
    private long _lines;

    /// <summary>Lines that were taken in and not given back.</summary>
    public long Lines
    {
        get
        {
            using (Enter())
                return _lines;
        }
    }

    /// <summary>Set when there is something to write.</summary>
    public WaitHandle Filled => _filled;

    /// <summary>Takes a line; never waits for the writer.</summary>
    public void Add(ReadOnlySpan<byte> line)
    {
        bool wake;
        using (Enter())
        {
            if (_isClosed || (_current?.TryAdd(line) != true && !TryAddToNext(line)))
            {
                counts.Drop(1);
                return;
            }
            _lines++;
            wake = !_isAwake;
            _isAwake = true;
        }
        // Once for all lines until the writer has come for them.
        if (wake)
            _filled.Set();
    }

    /// <summary>Takes all that waits.</summary>
    /// <param name="close">Whether it is the last time: lines that come later are dropped.</param>
    public IReadOnlyList<LogChunk> Take(bool close = false)
    {
        using (Enter())
        {
            _isClosed |= close;
            _isAwake = false;
            if (_current is not null)
                _waiting.Add(_current);
            _current = null;
            var taken = _waiting;
            _waiting = [];
            return taken;
        }
    }

    /// <summary>Gives back a chunk that was written.</summary>
    public void Return(LogChunk chunk)
    {
        using (Enter())
        {
            _size -= chunk.Size;
            _lines -= chunk.Lines;
            chunk.Clear();
            if (chunk.Size == LogChunk.UsualSize && _free.Count < MostFree)
                _free.Push(chunk);
        }
    }

    /// <summary>Wakes the writer for something else than lines.</summary>
    public void Wake() => _filled.Set();

    private Entered Enter()
    {
        var taken = false;
        _lock.Enter(ref taken);
        return new Entered(this);
    }

    private bool TryAddToNext(ReadOnlySpan<byte> line)
    {
        var size = Math.Max(LogChunk.UsualSize, line.Length);
        if (_size + size > limit)
            return false;
        _size += size;
        if (_current is not null)
            _waiting.Add(_current);
        _current = size == LogChunk.UsualSize && _free.TryPop(out var free) ? free : new LogChunk(size);
        return _current.TryAdd(line);
    }

    /// <summary>Has the lock until its end.</summary>
    private readonly ref struct Entered(LogQueue queue)
    {
        public void Dispose() => queue._lock.Exit(useMemoryBarrier: false);
    }
}
