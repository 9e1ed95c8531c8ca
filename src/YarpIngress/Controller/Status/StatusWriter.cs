using System.Text.Json.Nodes;
using System.Threading.Channels;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Controller.Status;

/// <summary>
/// Writes the published addresses into the status of our Ingresses while this replica leads. Only what differs is
/// written; Ingresses of other controllers are never given to it, and one that stops being ours keeps what it has, as
/// with ingress-nginx: its next controller writes its own.
/// </summary>
/// <remarks>A JSON merge patch of the one field needs no resource version, so it cannot conflict with other writers.</remarks>
internal sealed partial class StatusWriter(ApiClient api, ILogger<StatusWriter> log, TimeProvider time)
{
    private const int ParallelWrites = 8;

    // Somebody else who writes the same status would otherwise be fought at full speed.
    private static readonly TimeSpan RewriteDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectKey, Entry> _ingresses = [];
    private readonly HashSet<ObjectKey> _dirty = [];
    private readonly Dictionary<ObjectKey, DateTimeOffset> _later = [];
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private IReadOnlyList<StatusAddress>? _addresses;
    // Now or before: while the replicas stop one after another, their nodes' addresses grow fewer, and nobody writes that any more.
    private readonly HashSet<StatusAddress> _published = [];
    private readonly SemaphoreSlim _writing = new(1, 1);
    private bool _leads;
    private bool _closed;

    private sealed class Entry
    {
        public IReadOnlyList<StatusAddress> Current { get; set; } = [];

        public IReadOnlyList<StatusAddress>? Written { get; set; }

        public DateTimeOffset WrittenAt { get; set; }

        public int Failures { get; set; }
    }

    /// <summary>An Ingress of ours is new or has changed.</summary>
    public void SetIngress(V1Ingress ingress)
    {
        var key = ObjectKey.Of(ingress);
        var current = StatusAddresses.Current(ingress);
        lock (_lock)
        {
            if (!_ingresses.TryGetValue(key, out var entry))
                _ingresses[key] = entry = new Entry();
            entry.Current = current;
            MarkDirty(key);
        }
    }

    /// <summary>An Ingress is gone or no longer ours.</summary>
    public void RemoveIngress(ObjectKey key)
    {
        lock (_lock)
        {
            _ingresses.Remove(key);
            _dirty.Remove(key);
            _later.Remove(key);
        }
    }

    /// <summary>The addresses to publish; null while they are not known, which leaves every status as it is.</summary>
    public void SetAddresses(IReadOnlyList<StatusAddress>? addresses)
    {
        lock (_lock)
        {
            if (addresses is null ? _addresses is null : _addresses?.SequenceEqual(addresses) == true)
                return;
            _addresses = addresses;
            _published.UnionWith(addresses ?? []);
            MarkAllDirty();
        }
        if (addresses is not null)
            Log.Publishing(log, string.Join(", ", addresses));
    }

    /// <summary>Whether this replica leads.</summary>
    public void SetLeader(bool leads)
    {
        lock (_lock)
        {
            _leads = leads;
            if (leads)
                MarkAllDirty();
        }
    }

    /// <summary>Writes until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        await using var timer = time.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        while (await _wake.Reader.WaitToReadAsync(ct))
        {
            _wake.Reader.TryRead(out _);
            await _writing.WaitAsync(ct);
            try
            {
                await WriteAllAsync(TakeWork(timer), ct);
            }
            finally
            {
                _writing.Release();
            }
        }
    }

    /// <summary>Takes our addresses out of every status and writes no more: for the last replica's shutdown.</summary>
    public async Task ClearAsync(CancellationToken ct)
    {
        lock (_lock)
            _closed = true;
        // What is being written now would otherwise come after its own removal.
        await _writing.WaitAsync(ct);
        try
        {
            List<(ObjectKey, IReadOnlyList<StatusAddress>)> work;
            lock (_lock)
            {
                var ours = _ingresses.Where(pair => pair.Value.Written is { Count: > 0 } || pair.Value.Current.Any(_published.Contains));
                work = [.. ours.Select(pair => (pair.Key, (IReadOnlyList<StatusAddress>)[]))];
            }
            if (work.Count > 0)
                Log.Clearing(log, work.Count);
            await WriteAllAsync(work, ct);
        }
        finally
        {
            _writing.Release();
        }
    }

    private Task WriteAllAsync(IEnumerable<(ObjectKey Key, IReadOnlyList<StatusAddress> Addresses)> work, CancellationToken ct) =>
        Parallel.ForEachAsync(work, new ParallelOptions { MaxDegreeOfParallelism = ParallelWrites, CancellationToken = ct },
            async (item, token) => await WriteAsync(item.Key, item.Addresses, token));

    private List<(ObjectKey Key, IReadOnlyList<StatusAddress> Addresses)> TakeWork(ITimer timer)
    {
        var work = new List<(ObjectKey, IReadOnlyList<StatusAddress>)>();
        lock (_lock)
        {
            if (!_leads || _closed || _addresses is not { } addresses)
                return work;
            var now = time.GetUtcNow();
            foreach (var (key, due) in _later)
                if (due <= now)
                    _dirty.Add(key);
            foreach (var key in _dirty)
            {
                _later.Remove(key);
                if (!_ingresses.TryGetValue(key, out var entry) || entry.Current.SequenceEqual(addresses))
                    continue;
                if (entry.Written?.SequenceEqual(addresses) == true && entry.WrittenAt + RewriteDelay > now)
                    _later[key] = entry.WrittenAt + RewriteDelay;
                else
                    work.Add((key, addresses));
            }
            _dirty.Clear();
            if (_later.Count > 0)
                timer.Change(Positive(_later.Values.Min() - now), Timeout.InfiniteTimeSpan);
        }
        return work;
    }

    private async Task WriteAsync(ObjectKey key, IReadOnlyList<StatusAddress> addresses, CancellationToken ct)
    {
        try
        {
            await api.PatchAsync<V1Ingress>(key.Namespace, key.Name, Patch.Merge(Body(addresses)), ct, "status");
        }
        catch (ApiException error) when (error.IsNotFound)
        {
            return; // The watch will say so.
        }
        catch (ApiException error)
        {
            Log.Failed(log, key, error.Message);
            lock (_lock)
                if (_ingresses.TryGetValue(key, out var failed))
                {
                    failed.Failures++;
                    _later[key] = time.GetUtcNow() + BackOff(failed.Failures);
                    Wake();
                }
            return;
        }
        lock (_lock)
            if (_ingresses.TryGetValue(key, out var entry))
                (entry.Current, entry.Written, entry.WrittenAt, entry.Failures) = (addresses, addresses, time.GetUtcNow(), 0);
        Log.Written(log, key, string.Join(", ", addresses));
    }

    private static JsonObject Body(IReadOnlyList<StatusAddress> addresses)
    {
        var items = new JsonArray();
        foreach (var address in addresses)
            items.Add(address.Ip is { } ip ? new JsonObject { ["ip"] = ip } : new JsonObject { ["hostname"] = address.Hostname });
        return new JsonObject
        {
            ["status"] = new JsonObject { ["loadBalancer"] = new JsonObject { ["ingress"] = items.Count > 0 ? items : null } },
        };
    }

    private static TimeSpan BackOff(int failures) =>
        TimeSpan.FromSeconds(Math.Min(LongestBackOff.TotalSeconds, Math.Pow(2, failures - 1)) * (0.75 + Random.Shared.NextDouble() / 2));

    private static TimeSpan Positive(TimeSpan value) => value > TimeSpan.Zero ? value : TimeSpan.Zero;

    private void MarkDirty(ObjectKey key)
    {
        _dirty.Add(key);
        Wake();
    }

    private void MarkAllDirty()
    {
        _dirty.UnionWith(_ingresses.Keys);
        Wake();
    }

    private void Wake() => _wake.Writer.TryWrite(true);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Ingress status publishes {Addresses}", EventName = "StatusAddresses")]
        public static partial void Publishing(ILogger log, string addresses);

        [LoggerMessage(2, LogLevel.Debug, "Status of Ingress {Ingress} is now {Addresses}", EventName = "StatusWritten")]
        public static partial void Written(ILogger log, ObjectKey ingress, string addresses);

        [LoggerMessage(3, LogLevel.Warning,
            "Status of Ingress {Ingress} could not be written, trying again later: {Error}", EventName = "StatusFailed")]
        public static partial void Failed(ILogger log, ObjectKey ingress, string error);

        [LoggerMessage(4, LogLevel.Information,
            "Clearing the status of {Count} Ingresses, since the last replica stops", EventName = "StatusClearing")]
        public static partial void Clearing(ILogger log, int count);
    }
}
