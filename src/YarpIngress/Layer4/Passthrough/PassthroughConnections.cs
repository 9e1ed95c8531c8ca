namespace YarpIngress.Layer4.Passthrough;

/// <summary>The connections of one host that are passed through.</summary>
internal sealed class PassthroughConnections
{
    private readonly long[] _ended = new long[PassthroughEnds.All.Count];
    private int _open;

    /// <summary>How many are open now.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>The bytes of all, also of those that are open.</summary>
    public RelayCounts Bytes { get; } = new();

    /// <summary>How many ended in some way.</summary>
    public long Ended(PassthroughEnd how) => Interlocked.Read(ref _ended[(int)how]);

    /// <summary>Takes one more in, unless there are <paramref name="most"/>.</summary>
    public bool TryBegin(int most)
    {
        if (Interlocked.Increment(ref _open) <= most)
            return true;
        Interlocked.Decrement(ref _open);
        return false;
    }

    /// <summary>One is over that <see cref="TryBegin"/> took in.</summary>
    public void End() => Interlocked.Decrement(ref _open);

    /// <summary>Counts how one ended, taken in or not.</summary>
    public void Count(PassthroughEnd how) => Interlocked.Increment(ref _ended[(int)how]);
}
