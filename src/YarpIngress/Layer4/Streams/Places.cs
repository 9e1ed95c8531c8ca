using YarpIngress.Proxy.Listeners;

namespace YarpIngress.Layer4.Streams;

/// <summary>How many connections or sessions there may be at once over all ports.</summary>
/// <param name="most">So many.</param>
/// <param name="room">What all clients of the process share.</param>
internal sealed class Places(int most, ConnectionRoom room)
{
    private int _taken;

    /// <summary>Those that are taken.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Takes one; false when there is none left.</summary>
    public bool TryTake()
    {
        if (!room.TryEnter())
            return false;
        if (Interlocked.Increment(ref _taken) <= most)
            return true;
        Release();
        return false;
    }

    /// <summary>Gives one back.</summary>
    public void Release()
    {
        Interlocked.Decrement(ref _taken);
        room.Leave();
    }
}
