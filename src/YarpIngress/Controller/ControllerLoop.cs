using System.Diagnostics;
using System.Threading.Channels;
using YarpIngress.Controller.Cache;
using YarpIngress.Controller.Problems;
using YarpIngress.Controller.Updates;
using YarpIngress.Kubernetes;
using YarpIngress.Observability;

namespace YarpIngress.Controller;

/// <summary>
/// The one owner of cache, translation and data plane. Informers post changes from their own tasks; the loop takes what
/// is there, translates what it touches and publishes it: a burst becomes one batch, a lone change goes live at once.
/// Nothing is published before every kind had its first list, so that no request meets half a cluster.
/// </summary>
internal sealed partial class ControllerLoop(
    ClusterCache cache,
    ClusterTranslation translation,
    ModelPublisher publisher,
    ControllerReports reports,
    ControllerMetrics metrics,
    ILogger<ControllerLoop> log,
    TimeProvider time)
{
    // Bounds how long a flood may keep what came first from going live.
    private const int LargestBatch = 20_000;

    private readonly Channel<Change> _changes = Channel.CreateUnbounded<Change>(new UnboundedChannelOptions { SingleReader = true });
    private readonly HashSet<string> _unsynced = [];
    private readonly Lock _unsyncedLock = new();
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<long> _batch = [];
    private readonly List<Action> _questions = [];
    private long _busySince;
    private int _queued;
    private volatile bool _readsNamed;

    private readonly record struct Change(string Kind, ObjectKey? Key, Action<ClusterCache> Apply, long PostedAt);

    /// <summary>Called once, when the first state is in place and before <see cref="Synced"/> says so.</summary>
    public Action? OnFirstState { get; set; }

    /// <summary>Completes when the first state is live.</summary>
    public Task Synced => _synced.Task;

    /// <summary>Changes that were handed over and not taken yet.</summary>
    public int Queued => Volatile.Read(ref _queued);

    /// <summary>Kinds whose first list has not come yet.</summary>
    public IReadOnlyList<string> WaitingFor
    {
        get
        {
            lock (_unsyncedLock)
                return _readsNamed ? [.. _unsynced, "objects that Ingresses name"] : [.. _unsynced];
        }
    }

    /// <summary>Nothing is published until <see cref="MarkSynced"/> was called for this too. Before the loop runs.</summary>
    public void AwaitSync(string name)
    {
        lock (_unsyncedLock)
            _unsynced.Add(name);
    }

    /// <summary>Hands over a change of one object; any thread.</summary>
    public void Post(string kind, ObjectKey? key, Action<ClusterCache> apply)
    {
        Interlocked.Increment(ref _queued);
        _changes.Writer.TryWrite(new Change(kind, key, apply, Stopwatch.GetTimestamp()));
    }

    /// <summary>
    /// Reads what this loop owns while nothing is being changed, with everything live that was posted before; any thread.
    /// </summary>
    public Task<T> ReadAsync<T>(Func<T> read, CancellationToken ct)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post("", null, _ => _questions.Add(() =>
        {
            try
            {
                if (!ct.IsCancellationRequested)
                    answer.TrySetResult(read());
            }
            catch (Exception error)
            {
                answer.TrySetException(error);
            }
        }));
        return answer.Task.WaitAsync(ct);
    }

    /// <summary>How long the loop has been at its present batch of changes; zero while it waits for one.</summary>
    public TimeSpan Busy => Volatile.Read(ref _busySince) is > 0 and var since ? Stopwatch.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>The first list of this kind is complete, as far as what was posted before goes; any thread.</summary>
    public void MarkSynced(string name) => Post(name, null, _ =>
    {
        lock (_unsyncedLock)
            _unsynced.Remove(name);
    });

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        translation.OnFailure = Untranslated;
        // Certificates begin and expire without any change of an object.
        await using var clock = time.CreateTimer(_ => Post("", null, _ => { }), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        while (await _changes.Reader.WaitToReadAsync(ct))
        {
            Volatile.Write(ref _busySince, Stopwatch.GetTimestamp());
            TakeBatch();
            // Without what they name, protected routes would be closed for a moment.
            _readsNamed = !_synced.Task.IsCompleted && cache.Named.AnyUnread;
            if (_unsynced.Count > 0 || _readsNamed)
            {
                // What comes before the first state is live is no change that anybody waits for.
                _batch.Clear();
                Volatile.Write(ref _busySince, 0);
                continue;
            }
            try
            {
                Publish();
            }
            catch (Exception error)
            {
                // Units are guarded one by one; what gets here failed beside them, and the next change goes on.
                Log.Unpublished(log, error);
                metrics.ConfigSuccessful.Set(0);
            }
            foreach (var question in _questions)
                question();
            _questions.Clear();
            if (translation.NextDue is { } due)
                clock.Change(Until(due), Timeout.InfiniteTimeSpan);
            Volatile.Write(ref _busySince, 0);
        }
    }

    private void TakeBatch()
    {
        for (var taken = 0; taken < LargestBatch && _changes.Reader.TryRead(out var change); taken++)
        {
            Interlocked.Decrement(ref _queued);
            if (change.Key is not null)
                _batch.Add(change.PostedAt);
            try
            {
                change.Apply(cache);
            }
            catch (Exception error)
            {
                Fail(error, change);
            }
        }
    }

    private void Publish()
    {
        var started = Stopwatch.GetTimestamp();
        var change = translation.Drain(metrics.Units);
        metrics.TranslationTime.Observe(Stopwatch.GetElapsedTime(started).TotalSeconds);
        var ok = publisher.Publish(change, translation.Problems);
        var live = Stopwatch.GetTimestamp();
        // The first state waits for every list; how long that takes says nothing about changes.
        foreach (var postedAt in _synced.Task.IsCompleted ? _batch : [])
            metrics.LiveDelay.Observe(Stopwatch.GetElapsedTime(postedAt, live).TotalSeconds);
        _batch.Clear();

        reports.Report(change, translation.Problems.TakeChanges(), cache);
        metrics.Ingresses.Set(cache.Selected.Keys.Count);
        metrics.ConfigSuccessful.Set(ok ? 1 : 0);
        if (!change.IsEmpty && ok)
            metrics.ConfigSuccessTime.Set(time.GetUtcNow().ToUnixTimeMilliseconds() / 1000d);
        if (!_synced.Task.IsCompleted)
        {
            reports.FirstSync(cache);
            Log.Live(log, cache.Selected.Keys.Count, translation.Hosts.Count, translation.Backends.Count);
            OnFirstState?.Invoke();
            _synced.TrySetResult();
        }
    }

    private void Untranslated(ProblemSource unit, Exception error)
    {
        Log.Untranslated(log, error, unit.Unit, unit.Name);
        metrics.ApplyFailures.Inc();
    }

    // A fault of ours in one object must not stop the others: the object counts as absent, visibly.
    private void Fail(Exception error, Change change)
    {
        Log.Failed(log, error, change.Kind, change.Key);
        metrics.ApplyFailures.Inc();
        if (change.Key is { } key)
            cache.SetMalformed(change.Kind, key, $"applying it failed unexpectedly ({error.GetType().Name}); please report this");
    }

    private TimeSpan Until(DateTime due)
    {
        var wait = due - time.GetUtcNow().UtcDateTime;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : wait;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information,
            "The first state is live: {Ingresses} Ingresses, {Hosts} hosts, {Backends} backends", EventName = "Synced")]
        public static partial void Live(ILogger log, int ingresses, int hosts, int backends);

        [LoggerMessage(2, LogLevel.Error, "A change of {Kind} {Key} failed unexpectedly and counts as deleted", EventName = "ChangeFailed")]
        public static partial void Failed(ILogger log, Exception error, string kind, ObjectKey? key);

        [LoggerMessage(4, LogLevel.Error, "Publishing or reporting a batch of changes failed unexpectedly", EventName = "BatchFailed")]
        public static partial void Unpublished(ILogger log, Exception error);

        [LoggerMessage(3, LogLevel.Error,
            "Translating the {Unit} {Name} failed unexpectedly; it stays as it was", EventName = "TranslationFailed")]
        public static partial void Untranslated(ILogger log, Exception error, string unit, string name);
    }
}
