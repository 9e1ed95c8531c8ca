namespace YarpIngress.Pipeline.OutputCache;

/// <summary>An answer that one request fetches from a pod, and that others who ask for the same wait for.</summary>
internal sealed class ComingAnswer
{
    // Who waits goes on elsewhere: the request that fetched it has a client of its own to serve.
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when it is known what became of it.</summary>
    public Task Settled => _settled.Task;

    /// <summary>The answer; null before it is there, and when it is for one client only.</summary>
    public KeptAnswer? Answer { get; private set; }

    /// <summary>Whether it is not known, since the client that it was fetched for went away.</summary>
    public bool IsAbandoned { get; private set; }

    /// <summary>It is known what became of it. Belongs to the store, under its lock, which calls this once.</summary>
    internal void Settle(KeptAnswer? answer, bool isAbandoned)
    {
        (Answer, IsAbandoned) = (answer, isAbandoned);
        _settled.SetResult();
    }
}

/// <summary>What there is for a key.</summary>
/// <param name="Kept">The answer; null without one.</param>
/// <param name="Coming">The one that is being fetched; null when there is an answer.</param>
/// <param name="IsOwn">Whether it is up to who asked to fetch it.</param>
internal readonly record struct CacheFinding(KeptAnswer? Kept, ComingAnswer? Coming, bool IsOwn);
