namespace YarpIngress.Observability.AccessLog.Output;

/// <summary>Where lines go in the end. Used by one thread.</summary>
internal abstract class LogOutput : IDisposable
{
    /// <summary>Writes whole lines; may take as long as it takes.</summary>
    /// <exception cref="IOException">They could not be written.</exception>
    /// <exception cref="UnauthorizedAccessException">They may not be written.</exception>
    public abstract void Write(ReadOnlySpan<byte> lines);

    /// <summary>Opens anew what was moved away.</summary>
    public virtual void Reopen()
    {
    }

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }
}
