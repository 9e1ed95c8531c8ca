using YarpIngress.Observability.Admin;

namespace YarpIngress.Controller;

/// <summary>
/// The controller's background loops: each has a name, one owner (this) and one exit. A loop that ends before it was
/// asked to is dead: it is logged once and named by <c>/healthz</c>, so that the kubelet restarts the process.
/// </summary>
internal sealed partial class LoopSet(ILogger<LoopSet> log) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly List<(string Name, Task Task)> _loops = [];

    /// <summary>Starts a loop on the thread pool.</summary>
    public void Start(string name, Func<CancellationToken, Task> loop)
    {
        var task = Task.Run(() => RunAsync(name, loop), CancellationToken.None);
        lock (_lock)
            _loops.Add((name, task));
    }

    /// <summary>One part for each loop.</summary>
    public IReadOnlyList<PartHealth> Health()
    {
        lock (_lock)
        {
            return
            [
                .. _loops.Select(loop =>
                    new PartHealth("loop " + loop.Name, !IsDead(loop.Task), loop.Task.IsCompleted ? "stopped" : "running")),
            ];
        }
    }

    /// <summary>Asks every loop to end and waits until all have.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Task[] tasks;
        lock (_lock)
            tasks = [.. _loops.Select(loop => loop.Task)];
        await Task.WhenAll(tasks);
        _stop.Dispose();
    }

    private bool IsDead(Task task) => task.IsCompleted && !_stop.IsCancellationRequested;

    private async Task RunAsync(string name, Func<CancellationToken, Task> loop)
    {
        try
        {
            await loop(_stop.Token);
            if (!_stop.IsCancellationRequested)
                Log.Ended(log, name);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The exit that was asked for.
        }
        catch (Exception error)
        {
            Log.Failed(log, error, name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Critical,
            "Loop {Loop} ended by itself; /healthz fails until the process is restarted", EventName = "LoopEnded")]
        public static partial void Ended(ILogger log, string loop);

        [LoggerMessage(2, LogLevel.Critical, "Loop {Loop} failed; /healthz fails until the process is restarted", EventName = "LoopFailed")]
        public static partial void Failed(ILogger log, Exception error, string loop);
    }
}
