namespace YarpIngress.Layer4.Streams;

/// <summary>How many connections or sessions there may be at once over all ports.</summary>
/// <param name="most">So many; each takes two sockets, or one.</param>
internal sealed class Places(int most)
{
    private int _taken;

    /// <summary>Those that are taken.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Takes one; false when there is none left.</summary>
    public bool TryTake()
    {
        if (Interlocked.Increment(ref _taken) <= most)
            return true;
        Interlocked.Decrement(ref _taken);
        return false;
    }

    /// <summary>Gives one back.</summary>
    public void Release() => Interlocked.Decrement(ref _taken);
}
