namespace YarpIngress.Pipeline.Limits;

/// <summary>
/// How many clients all Ingresses together remember. When none are left, each Ingress still has a few of its own, so that one that
/// is attacked takes nothing from the others.
/// </summary>
internal sealed class BucketBudget(int most)
{
    /// <summary>How many each part of each Ingress may have whatever the others do.</summary>
    public const int Own = 128;

    private int _taken;

    /// <summary>How many there are.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Whether who has <paramref name="own"/> may have one more; then it has.</summary>
    public bool TryTake(int own)
    {
        if (Interlocked.Increment(ref _taken) <= most || own < Own)
            return true;
        Interlocked.Decrement(ref _taken);
        return false;
    }

    /// <summary>One more, for one that was given back just now.</summary>
    public void Force() => Interlocked.Increment(ref _taken);

    /// <summary>One is gone.</summary>
    public void Return() => Interlocked.Decrement(ref _taken);
}
