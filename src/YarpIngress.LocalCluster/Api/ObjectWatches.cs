using System.Runtime.CompilerServices;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Api;

/// <summary>
/// Watches: a cursor that reads the history. A watcher that reads
/// too slowly falls out of the bounded history and is dropped.
/// </summary>
internal static class ObjectWatches
{
    private const int BatchSize = 256;
    private static readonly TimeSpan BookmarkInterval = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Events in batches, each as large as what was there when it
    /// was read. Ends at the timeout or when the watch is dropped.
    /// </summary>
    public static async IAsyncEnumerable<IReadOnlyList<WatchItem>> WatchAsync(
        ObjectStore store,
        TimeProvider time,
        ResourceInfo resource,
        string? namespaceName,
        ListOptions options,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        CheckOptions(options);
        namespaceName ??= resource.Namespaced ? options.Fields.Namespace : null;
        var ends = time.GetTimestamp() + (long)((options.Timeout ?? DefaultTimeout()).TotalSeconds * time.TimestampFrequency);
        var revision = ObjectLists.ParseRevision(options.ResourceVersion);
        if (revision > 0 && options.SendInitialEvents != true)
        {
            if (!store.CanWatchFrom(resource, revision, out var oldest))
                throw ApiError.TooOld(revision, oldest);
        }
        else
        {
            if (revision > store.Revision)
                throw ApiError.ResourceVersionTooLarge(revision, store.Revision);
            var snapshot = store.Snapshot(resource);
            revision = snapshot.Revision;
            if (options.SendInitialEvents != false)
            {
                foreach (var batch in snapshot.In(namespaceName).Where(options.Matches).Chunk(BatchSize))
                    yield return [.. batch.Select(v => new WatchItem(WatchEventType.Added, v, v.Revision))];
            }
            if (options.SendInitialEvents == true && options.AllowBookmarks)
                yield return [new WatchItem(WatchEventType.Bookmark, null, revision, EndsInitial: true)];
        }

        while (true)
        {
            var left = time.GetElapsedTime(time.GetTimestamp(), ends);
            if (left <= TimeSpan.Zero)
            {
                if (options.AllowBookmarks)
                    yield return [new WatchItem(WatchEventType.Bookmark, null, revision)];
                yield break;
            }
            var patience = left < BookmarkInterval ? left : BookmarkInterval;
            var changes = await store.ReadAsync(resource, revision, BatchSize, patience, time, cancellation).ConfigureAwait(false);
            if (changes is null)
                throw ApiError.TooOld(revision, store.Revision);
            // A resourceVersion from the future is legal: nothing is sent until the store gets there.
            revision = Math.Max(revision, changes.Revision);
            if (changes.Events.Count == 0)
            {
                if (options.AllowBookmarks && patience == BookmarkInterval)
                    yield return [new WatchItem(WatchEventType.Bookmark, null, revision)];
                continue;
            }
            var items = Select(changes.Events, namespaceName, options);
            if (items.Count > 0)
                yield return items;
        }
    }

    private static List<WatchItem> Select(IReadOnlyList<StoreEvent> events, string? namespaceName, ListOptions options)
    {
        var filtered = !options.Labels.IsEverything || !options.Fields.IsEverything;
        var items = new List<WatchItem>(events.Count);
        foreach (var change in events)
        {
            if (namespaceName is not null && change.Object.Namespace != namespaceName)
                continue;
            if (!filtered)
            {
                items.Add(new WatchItem(change.Type, change.Object, change.Revision, change));
                continue;
            }
            var before = change.Previous is { } previous && options.Matches(previous);
            var after = change.Type != WatchEventType.Deleted && options.Matches(change.Object);
            switch (before, after)
            {
                case (true, true):
                    items.Add(new WatchItem(WatchEventType.Modified, change.Object, change.Revision, change));
                    break;
                case (false, true):
                    items.Add(new WatchItem(WatchEventType.Added, change.Object, change.Revision, change));
                    break;
                case (true, false):
                    // Also for an object that only left the selection: the last state that the watcher knew, at the new version.
                    items.Add(new WatchItem(WatchEventType.Deleted, change.LastSelected, change.Revision, change));
                    break;
            }
        }
        return items;
    }

    /// <summary>Upstream: between 30 and 60 minutes, so that watches of many clients do not all end together.</summary>
    private static TimeSpan DefaultTimeout() => TimeSpan.FromSeconds(1800 * (1 + Random.Shared.NextDouble()));

    private static void CheckOptions(ListOptions options)
    {
        if (options.SendInitialEvents is not null && options.ResourceVersionMatch != "NotOlderThan")
            throw Forbidden("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
        if (options.SendInitialEvents is null && options.ResourceVersionMatch is not null)
            throw Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
    }

    private static ApiError Forbidden(string field, string why) =>
        ApiError.Invalid("meta.k8s.io", "ListOptions", "", [new StatusCause("FieldValueForbidden", $"Forbidden: {why}", field)]);
}
