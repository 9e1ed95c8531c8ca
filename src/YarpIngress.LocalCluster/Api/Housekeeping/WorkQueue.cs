namespace YarpIngress.LocalCluster.Api.Housekeeping;

/// <summary>Work that is to be done once, however often it is asked for: its size is bounded by the number of things there are.</summary>
internal sealed class WorkQueue<T>
    where T : notnull
{
    private readonly Lock _gate = new();
    private readonly HashSet<T> _known = [];
    private readonly Queue<T> _order = new();
    private TaskCompletionSource _added = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Add(T work)
    {
        lock (_gate)
        {
            if (!_known.Add(work))
                return;
            _order.Enqueue(work);
            _added.TrySetResult();
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _known.Clear();
            _order.Clear();
        }
    }

    /// <summary>The next piece of work; the default when none comes within <paramref name="patience"/>.</summary>
    public async Task<(bool Found, T? Work)> TakeAsync(TimeSpan patience, TimeProvider time, CancellationToken cancellation)
    {
        for (var waited = false; ; waited = true)
        {
            Task added;
            lock (_gate)
            {
                if (_order.TryDequeue(out var work))
                {
                    _known.Remove(work);
                    return (true, work);
                }
                if (waited)
                    return (false, default);
                _added = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                added = _added.Task;
            }
            await added.WaitAsync(patience, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellation.ThrowIfCancellationRequested();
        }
    }
}
