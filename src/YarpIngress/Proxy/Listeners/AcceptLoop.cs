using System.Net;

namespace YarpIngress.Proxy.Listeners;

/// <summary>Whether connections to one socket are still accepted.</summary>
/// <param name="endPoint">What it listens on.</param>
internal sealed class AcceptLoop(EndPoint endPoint)
{
    private volatile string? _end;
    private long _accepted;
    private long _handled;
    private int _silent;

    /// <summary>What it listens on.</summary>
    public EndPoint EndPoint { get; } = endPoint;

    /// <summary>Why it ended; null while it runs.</summary>
    public string? Ended => _end;

    /// <summary>Connections that were accepted.</summary>
    public long Accepted => Interlocked.Read(ref _accepted);

    /// <summary>Those of them that Kestrel got; the others said nothing, or there was no room for them.</summary>
    public long Handled => Interlocked.Read(ref _handled);

    /// <summary>A connection has come that there is no room for, or that is not wanted where it came.</summary>
    public void Refuse() => Interlocked.Increment(ref _accepted);

    /// <summary>Connections that have not said yet what they speak.</summary>
    public int Silent => Volatile.Read(ref _silent);

    /// <summary>A connection has come that Kestrel gets at once.</summary>
    public void Hand()
    {
        Interlocked.Increment(ref _accepted);
        Interlocked.Increment(ref _handled);
    }

    /// <summary>A connection has come whose first bytes are waited for.</summary>
    public void Await()
    {
        Interlocked.Increment(ref _accepted);
        Interlocked.Increment(ref _silent);
    }

    /// <summary>They have come, or never will.</summary>
    public void EndAwait(bool handled)
    {
        Interlocked.Decrement(ref _silent);
        if (handled)
            Interlocked.Increment(ref _handled);
    }

    /// <summary>It accepts nothing any more.</summary>
    public void End(Exception? failure) => _end ??= failure?.Message ?? "closed";
}
