using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Api.Housekeeping;

/// <summary>The one background loop of the API server: garbage, namespaces, old Events.</summary>
internal sealed partial class Housekeeper : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly WorkQueue<Work> _queue = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly GarbageCollector _garbage;
    private readonly NamespaceContent _namespaces;
    private readonly EventExpiry _events;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private Task _loop = Task.CompletedTask;

    public Housekeeper(ApiOperations api, ApiServerOptions options, string authorityPem, ILoggerFactory log)
    {
        _garbage = new GarbageCollector(api);
        _namespaces = new NamespaceContent(api, authorityPem);
        _events = new EventExpiry(api, options);
        _time = options.Time;
        _log = log.CreateLogger<Housekeeper>();
        api.Store.Changed += Note;
        api.Store.Cleared += Clear;
    }

    private enum Chore
    {
        Garbage,
        Namespace,
        Events,
    }

    public void Start() => _loop = Task.Run(() => RunAsync(_stop.Token), CancellationToken.None);

    /// <summary>Gives a namespace what each one has, without waiting for the loop to come to it.</summary>
    public void Furnish(string namespaceName) => _namespaces.Process(namespaceName);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private void Note(StoreEvent change)
    {
        foreach (var uid in GarbageCollector.Affected(change))
            _queue.Add(new Work(Chore.Garbage, uid));
        if (NamespaceContent.Affected(change) is { } name)
            _queue.Add(new Work(Chore.Namespace, name));
        if (_events.Note(change))
            _queue.Add(new Work(Chore.Events, ""));
    }

    private void Clear()
    {
        _queue.Clear();
        _events.Clear();
    }

    private async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var (found, work) = await _queue.TakeAsync(Interval, _time, cancellation).ConfigureAwait(false);
            try
            {
                if (found)
                    Do(work);
                else
                    _events.RemoveOld();
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                Log.Failed(_log, error, work.Chore.ToString(), work.Key);
            }
        }
    }

    private void Do(Work work)
    {
        switch (work.Chore)
        {
            case Chore.Garbage:
                _garbage.Process(work.Key);
                break;
            case Chore.Namespace:
                _namespaces.Process(work.Key);
                break;
            case Chore.Events:
                _events.RemoveOld();
                break;
        }
    }

    private readonly record struct Work(Chore Chore, string Key);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Housekeeping of {Chore} {Key} failed.")]
        public static partial void Failed(ILogger log, Exception error, string chore, string key);
    }
}
