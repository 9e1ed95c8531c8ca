using YarpIngress.Benchmarks.Processes;
using YarpIngress.Benchmarks.Rivals;

namespace YarpIngress.Benchmarks.Load;

/// <summary>
/// Measures proxies that are asked at the same time but run in turn, some hundredths of a second each: what slows the machine down for
/// a tenth of a second, and from one to the next that may be a half, slows all of them. Good for processor time only: to a client, a
/// proxy is away most of the time.
/// </summary>
internal static class Turns
{
    private const int Sigcont = 18;
    private const int Sigstop = 19;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(50);

    /// <summary>Takes a sample of each.</summary>
    /// <param name="asked">The proxies, all on one processor, and how each is asked.</param>
    /// <param name="duration">For how long each of them runs.</param>
    /// <param name="ct">Gives up.</param>
    public static async Task<Sample[]> TakeAsync(IReadOnlyList<(Rival Proxy, ILoad Load)> asked, TimeSpan duration, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var turns = AlternateAsync([.. asked.Select(one => one.Proxy.Process)], over.Token);
        try
        {
            return await Task.WhenAll(asked.Select(one => Sample.TakeAsync(one.Proxy, one.Load, asked.Count * duration, ct)));
        }
        finally
        {
            await over.CancelAsync();
            await turns;
        }
    }

    // Who is stopped does not answer, and so its load waits.
    private static async Task AlternateAsync(ChildProcess[] proxies, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Turn);
        foreach (var proxy in proxies)
            proxy.SignalAll(Sigstop);
        try
        {
            while (true)
            {
                // In another order each time: what the machine does at regular times, it is not to do to the same one.
                Random.Shared.Shuffle(proxies);
                foreach (var proxy in proxies)
                {
                    proxy.SignalAll(Sigcont);
                    await timer.WaitForNextTickAsync(ct);
                    proxy.SignalAll(Sigstop);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The loads have ended, or nobody wants to know any more.
        }
        finally
        {
            foreach (var proxy in proxies)
                proxy.SignalAll(Sigcont);
        }
    }
}
