using System.Threading.Channels;
using YarpIngress.Kubernetes;
using YarpIngress.LocalCluster.Api;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Controllers;

/// <summary>Keys of objects to look at, each once however often it was added, worked on by one task.</summary>
/// <param name="name">For the log.</param>
/// <param name="reconcile">Brings one object to what is wanted; says when to look again without a change, if at all.</param>
/// <param name="time">Clock.</param>
/// <param name="log">Log.</param>
internal sealed partial class WorkQueue(string name, Func<ObjectKey, TimeSpan?> reconcile, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(5);

    private readonly Channel<ObjectKey> _keys = Channel.CreateUnbounded<ObjectKey>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Lock _lock = new();
    private readonly HashSet<ObjectKey> _queued = [];
    private readonly Dictionary<ObjectKey, int> _failures = [];
    private readonly Dictionary<ObjectKey, ITimer> _timers = [];

    public void Add(ObjectKey key)
    {
        lock (_lock)
        {
            if (_queued.Add(key))
                _keys.Writer.TryWrite(key);
        }
    }

    /// <summary>Adds an object that changed: an <see cref="ObjectChange"/>.</summary>
    public void Add(StoredObject? before, StoredObject? after) => Add((after ?? before)!.ObjectKey);

    /// <summary>Adds the key after a while; replaces an earlier time for the same key.</summary>
    public void AddAfter(ObjectKey key, TimeSpan delay)
    {
        lock (_lock)
        {
            if (_timers.Remove(key, out var earlier))
                earlier.Dispose();
            _timers[key] = time.CreateTimer(_ => Fire(key), null, delay, Timeout.InfiniteTimeSpan);
        }
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            await foreach (var key in _keys.Reader.ReadAllAsync(cancel))
            {
                lock (_lock)
                    _queued.Remove(key);
                Work(key);
            }
        }
        finally
        {
            lock (_lock)
            {
                foreach (var timer in _timers.Values)
                    timer.Dispose();
                _timers.Clear();
            }
        }
    }

    private void Work(ObjectKey key)
    {
        try
        {
            var again = reconcile(key);
            _failures.Remove(key);
            if (again is { } delay)
                AddAfter(key, delay);
        }
        catch (Exception e)
        {
            // A refused write usually means that somebody else was faster. Whatever it is, one object never stops the others.
            var failures = _failures.GetValueOrDefault(key) + 1;
            _failures[key] = failures;
            if (e is not ApiError || failures > 3)
                Log.Failed(log, name, key, failures, e);
            AddAfter(key, TimeSpan.FromTicks(Math.Min(LongestBackOff.Ticks, FirstBackOff.Ticks << Math.Min(failures - 1, 16))));
        }
    }

    private void Fire(ObjectKey key)
    {
        lock (_lock)
        {
            if (_timers.Remove(key, out var timer))
                timer.Dispose();
        }

        Add(key);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning,
            "{Controller} could not bring {Key} to what is wanted, {Failures} times in a row. It tries again.")]
        public static partial void Failed(ILogger logger, string controller, ObjectKey key, int failures, Exception e);
    }
}
