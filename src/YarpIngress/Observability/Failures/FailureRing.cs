namespace YarpIngress.Observability.Failures;

/// <summary>The last so many failures. Any thread writes and reads, and none waits.</summary>
internal sealed class FailureRing
{
    /// <summary>How many are kept.</summary>
    public const int Size = 1024;

    private readonly Failure?[] _failures = new Failure?[Size];
    private long _next;

    /// <summary>Takes the place of the oldest.</summary>
    public void Add(Failure failure) =>
        Volatile.Write(ref _failures[(Interlocked.Increment(ref _next) - 1) & (Size - 1)], failure);

    /// <summary>Newest first.</summary>
    public IEnumerable<Failure> Newest()
    {
        var next = Volatile.Read(ref _next);
        for (var i = next - 1; i >= 0 && i >= next - Size; i--)
            if (Volatile.Read(ref _failures[i & (Size - 1)]) is { } failure)
                yield return failure;
    }
}
