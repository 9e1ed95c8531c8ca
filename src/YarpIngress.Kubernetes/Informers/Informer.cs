using Microsoft.Extensions.Logging;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Kubernetes;

/// <summary>
/// Follows all objects of a kind: lists them, then watches, and gets over whatever goes wrong in between. The consumer is
/// called from one task only and sees every object's latest state once: nothing is missed for good, nothing is told twice.
/// A server that is down changes nothing about the state that was told before.
/// </summary>
public sealed class Informer<T>
    where T : class, IKubernetesObject<T>
{
    /// <summary>A watch that lived this long was fine, even if nothing happened.</summary>
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(30);

    /// <summary>A server that ends watches sooner than this, without a word, would be asked in a tight loop.</summary>
    private static readonly TimeSpan TooShort = TimeSpan.FromSeconds(1);

    private readonly ApiClient _client;
    private readonly InformerOptions<T> _options;
    private readonly Action<InformerEvent<T>> _onEvent;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly InformerStore<T> _store;
    private readonly Backoff _backoff;
    private readonly InformerState _state;

    /// <summary>How far we are; null when a list has to come first.</summary>
    private string? _version;

    /// <summary>Failures since something was received.</summary>
    private int _failuresInRow;

    /// <summary>Versions that the server did not have, since something was received.</summary>
    private int _expiredInRow;

    /// <summary>Does nothing until <see cref="RunAsync"/>.</summary>
    /// <param name="client">The API server.</param>
    /// <param name="options">What to follow.</param>
    /// <param name="onEvent">The consumer. Should be quick; an exception is logged and concerns that one change only.</param>
    /// <param name="log">For the start and end of outages.</param>
    /// <param name="time">The clock for pauses.</param>
    public Informer(ApiClient client, InformerOptions<T> options, Action<InformerEvent<T>> onEvent, ILogger log, TimeProvider? time = null)
    {
        (_client, _options, _onEvent, _log, _time) = (client, options, onEvent, log, time ?? TimeProvider.System);
        _store = new InformerStore<T>(Tell, options.Trim);
        _backoff = new Backoff(options.MinBackoff, options.MaxBackoff);
        _state = new InformerState(T.Resource.Kind, log, _time);
    }

    /// <summary>Whether the first list is complete.</summary>
    public bool HasSynced => _state.Health.HasSynced;

    /// <summary>How it is doing right now.</summary>
    public InformerHealth Health => _state.Health;

    /// <summary>Runs until cancelled, then returns.</summary>
    /// <exception cref="ApiException">One that <see cref="InformerOptions{T}.EndsOn"/> names.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                if (await FollowAsync(cancellationToken).ConfigureAwait(false) is { } pause)
                    await Task.Delay(pause, _time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }
    }

    /// <summary>One list, where needed, and one watch. Says how long to wait before the next.</summary>
    private async Task<TimeSpan?> FollowAsync(CancellationToken cancellationToken)
    {
        var watch = new WatchProgress(_time.GetTimestamp());
        try
        {
            if (_version is null)
                await ListAsync(cancellationToken).ConfigureAwait(false);

            watch = new WatchProgress(_time.GetTimestamp());
            await WatchAsync(watch, cancellationToken).ConfigureAwait(false);

            var lived = _time.GetElapsedTime(watch.Opened);
            if (lived >= LongEnough)
                Recovered();
            return watch.Received || lived >= TooShort ? null : _backoff.Next();
        }
        catch (ApiException e) when (_options.EndsOn?.Invoke(e, _state.Health) is not true)
        {
            return Failed(e, watch);
        }
    }

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        _state.BeginList();
        var query = new ListQuery
        {
            LabelSelector = _options.LabelSelector,
            FieldSelector = _options.FieldSelector,
            Limit = _options.PageSize,
        };

        string? version = null;
        await foreach (var (page, startsOver) in _client.PagesAsync<T>(_options.Namespace, query, cancellationToken).ConfigureAwait(false))
        {
            // Each page is told at once: it is true whatever becomes of the rest. Only the end of the list says what is gone.
            if (startsOver)
                _store.BeginList();
            _store.AddPage(page);
            version = page.ResourceVersion;
        }

        if (string.IsNullOrEmpty(version))
            throw new ApiException($"list {T.Resource.Plural}", ApiException.UnreadableAnswer, "the list has no resourceVersion");

        _store.EndList();
        _version = version;
        _state.Connect();
        if (_state.Sync())
            Tell(new InformerEvent<T>(InformerEventType.Synced, null, null, null));
    }

    private async Task WatchAsync(WatchProgress progress, CancellationToken cancellationToken)
    {
        var from = _version;
        var query = new WatchQuery
        {
            ResourceVersion = from,
            LabelSelector = _options.LabelSelector,
            FieldSelector = _options.FieldSelector,
        };
        _state.BeginWatch();
        var watch = await _client.OpenWatchAsync<T>(_options.Namespace, query, cancellationToken).ConfigureAwait(false);
        await using (watch.ConfigureAwait(false))
        {
            progress.IsOpen = true;
            _state.Connect();
            while (await watch.ReadAsync(cancellationToken).ConfigureAwait(false) is { } change)
                Receive(change, from, progress);
        }
    }

    private void Receive(WatchEvent<T> change, string? from, WatchProgress progress)
    {
        if (ResourceVersions.IsOlder(change.ResourceVersion, from))
            throw new ApiException(
                $"watch {T.Resource.Plural}", "Expired",
                $"the server's history is another one: it is at {change.ResourceVersion}, we were at {from}");

        progress.Received = true;
        Recovered();

        if (change.Type != WatchEventType.Bookmark)
        {
            // Versions only grow within a watch: what is not newer was told already.
            if (ResourceVersions.IsNotNewer(change.ResourceVersion, _version))
                return;
            _store.Apply(change);
        }

        if (!string.IsNullOrEmpty(change.ResourceVersion))
            _version = change.ResourceVersion;
    }

    private TimeSpan? Failed(ApiException error, WatchProgress watch)
    {
        if (watch.IsOpen && _time.GetElapsedTime(watch.Opened) >= LongEnough)
            Recovered();
        _failuresInRow++;
        _state.Fail(error.Message);
        if (_version is not null && NeedsList(error))
        {
            InformerLog.Relisting(_log, T.Resource.Kind, error.Message);
            _version = null;
            // Expected now and then, and the list may well succeed at once; the second time in a row it is no accident.
            return ++_expiredInRow == 1 ? null : _backoff.Next();
        }

        var pause = _backoff.Next();
        if (error.RetryAfter is { } asked && asked > pause)
            pause = asked < _options.MaxBackoff ? asked : _options.MaxBackoff;

        // Streams break when a server restarts or a load balancer tires of them; it is an outage when the next try fails too.
        if (watch.IsOpen && _failuresInRow == 1)
            InformerLog.Resuming(_log, T.Resource.Kind, pause, error.Message);
        else
            _state.Disconnect(error.Message, pause);
        return pause;
    }

    /// <summary>Whether resuming makes no sense: the server no longer has, never had, or can't send what comes after our version.</summary>
    private static bool NeedsList(ApiException error) =>
        error.IsExpired
        || error.StatusCode == 400
        || error.Reason == ApiException.UnreadableAnswer
        || (error.Status.Details?.Causes?.Any(cause => cause.Reason == "ResourceVersionTooLarge") ?? false)
        || (error.Status.Message?.Contains("Too large resource version", StringComparison.Ordinal) ?? false);

    private void Recovered()
    {
        (_failuresInRow, _expiredInRow) = (0, 0);
        _backoff.Reset();
    }

    private void Tell(InformerEvent<T> change)
    {
        // Whoever is told of a change finds it counted.
        _state.Count(_store.Items, _store.Malformed);
        if (change is { Type: InformerEventType.Malformed, Malformed: { } malformed })
            InformerLog.Malformed(_log, malformed);

        try
        {
            _onEvent(change);
        }
        catch (Exception e)
        {
            InformerLog.ConsumerFailed(_log, e, T.Resource.Kind, change.Key?.ToString() ?? "");
        }
    }

    private sealed class WatchProgress(long opened)
    {
        public long Opened => opened;

        public bool IsOpen { get; set; }

        public bool Received { get; set; }
    }
}
