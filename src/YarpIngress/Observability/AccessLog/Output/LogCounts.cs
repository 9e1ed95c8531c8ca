namespace YarpIngress.Observability.AccessLog.Output;

/// <summary>What became of the lines of an access log, whichever writer had them.</summary>
internal sealed class LogCounts
{
    private long _written;
    private long _dropped;
    private long _failed;

    /// <summary>Lines that were written.</summary>
    public long Written => Interlocked.Read(ref _written);

    /// <summary>Lines that there was no room for, or no time when the process stopped.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Lines that the output did not take.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    public void Write(long lines) => Interlocked.Add(ref _written, lines);

    public void Drop(long lines) => Interlocked.Add(ref _dropped, lines);

    public void Fail(long lines) => Interlocked.Add(ref _failed, lines);
}
