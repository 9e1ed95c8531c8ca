using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Kubernetes;

/// <summary>
/// Keeps the flood away from the API server, by the same rules as every Kubernetes component: the same event again only
/// counts up the first one, many alike become one, and an object that makes too many gets a few each hour.
/// </summary>
/// <remarks>client-go's tools/record/events_cache.go is the source of the numbers. Not thread-safe.</remarks>
internal sealed class EventCorrelator
{
    public const string CombinedPrefix = "(combined from similar events): ";

    private const int CacheSize = 4096;
    private const int MaxAlike = 10;
    private const int Burst = 25;
    private static readonly TimeSpan AlikeWindow = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Refill = TimeSpan.FromMinutes(5);

    private readonly RecentlyUsed<Group, Alike> _alike = new(CacheSize);
    private readonly RecentlyUsed<(Group Group, string? Message), Seen> _seen = new(CacheSize);
    private readonly RecentlyUsed<ObjectId, TokenBucket> _buckets = new(CacheSize);

    private readonly record struct ObjectId(string? ApiVersion, string? Kind, string? Namespace, string? Name, string? Uid);

    private readonly record struct Group(ObjectId Object, EventType Type, string Reason);

    private readonly record struct Alike(HashSet<string> Messages, DateTimeOffset Last);

    private readonly record struct Seen(string Name, int Count, DateTimeOffset First);

    /// <summary>What to tell the server: an event to create or, with a count above one, to count up; null for nothing.</summary>
    public Occurrence? Observe(V1ObjectReference on, EventType type, string reason, string message, DateTimeOffset now)
    {
        var id = new ObjectId(on.ApiVersion, on.Kind, on.NamespaceProperty, on.Name, on.Uid);
        var group = new Group(id, type, reason);
        var combined = IsOneOfMany(group, message, now);

        var key = (group, combined ? null : message);
        var seen = _seen.TryGet(key, out var before)
            ? before with { Count = before.Count + 1 }
            : new Seen(EventName.Make(on.Name ?? "", now), 1, now);
        _seen.Set(key, seen);

        if (!_buckets.TryGet(id, out var bucket))
            _buckets.Set(id, bucket = new TokenBucket(Burst, Refill, now));
        if (!bucket.TryTake(now))
            return null;

        return new Occurrence(on, type, reason, combined ? CombinedPrefix + message : message, seen.Name, seen.Count, seen.First, now);
    }

    private bool IsOneOfMany(Group group, string message, DateTimeOffset now)
    {
        if (!_alike.TryGet(group, out var alike) || now - alike.Last > AlikeWindow)
            alike = new Alike([], now);

        // Ten different texts are kept to tell a repeat from one more of a kind.
        var known = alike.Messages.Contains(message);
        var many = !known && alike.Messages.Count >= MaxAlike - 1;
        if (!known && !many)
            alike.Messages.Add(message);
        _alike.Set(group, alike with { Last = now });
        return many;
    }
}

/// <summary>One event to tell the server.</summary>
internal sealed record Occurrence(
    V1ObjectReference On, EventType Type, string Reason, string Message, string Name, int Count, DateTimeOffset First, DateTimeOffset Last)
{
    /// <summary>Events live beside their object; those of cluster-scoped objects in <c>default</c>.</summary>
    public string Namespace => On.NamespaceProperty is { Length: > 0 } name ? name : "default";
}
