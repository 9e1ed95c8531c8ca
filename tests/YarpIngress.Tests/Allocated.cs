namespace YarpIngress.Tests;

/// <summary>What a piece of code allocates.</summary>
internal static class Allocated
{
    /// <summary>Bytes that a thousand calls allocate on this thread, once all is warm.</summary>
    /// <remarks>
    /// The least of some rounds: what the runtime allocates for itself now and then, as for a table of casts that other tests have
    /// filled, falls upon whoever is just running.
    /// </remarks>
    public static long By(Action call)
    {
        var least = long.MaxValue;
        for (var round = 0; round < 10 && least > 0; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1000; i++)
                call();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
