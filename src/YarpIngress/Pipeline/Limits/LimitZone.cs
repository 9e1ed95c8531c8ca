using YarpIngress.Kubernetes;

namespace YarpIngress.Pipeline.Limits;

/// <summary>What an Ingress remembers of its clients, all of its hosts and paths together, for as long as it has limits.</summary>
internal sealed class LimitZone
{
    // Clients at once: as many as nginx has room for in the 5 MB that ingress-nginx gives it, and some more.
    private const int Most = 65_536;
    private const int Parts = 16;

    private readonly ClientBuckets[] _buckets;
    private readonly OpenRequests[] _open;

    public LimitZone(ObjectKey ingress, BucketBudget budget)
    {
        Ingress = ingress;
        _buckets = [.. Enumerable.Range(0, Parts).Select(_ => new ClientBuckets(Most / Parts, budget))];
        _open = [.. Enumerable.Range(0, Parts).Select(_ => new OpenRequests())];
    }

    /// <summary>Whose it is.</summary>
    public ObjectKey Ingress { get; }

    /// <summary>How many routes have it; only the writer of the data plane looks at it.</summary>
    public int References { get; set; }

    /// <summary>How many clients it remembers for their rates.</summary>
    public int Clients => _buckets.Sum(part => part.Count);

    /// <summary>How many requests it counts as open.</summary>
    public int Open => _open.Sum(part => part.Count);

    /// <summary>Counts a request at <paramref name="now"/>, in milliseconds, unless it is one too many.</summary>
    public bool TryTake(UInt128 client, in RateLimits limits, long now) => _buckets[PartOf(client)].TryTake(client, limits, now);

    /// <summary>Counts a request as open until <see cref="Leave"/>, unless the client has <paramref name="most"/> already.</summary>
    public bool TryEnter(UInt128 client, int most) => _open[PartOf(client)].TryEnter(client, most);

    /// <summary>A request that was let in is over.</summary>
    public void Leave(UInt128 client) => _open[PartOf(client)].Leave(client);

    /// <summary>Forgets clients whose buckets say nothing.</summary>
    public void Sweep(long now)
    {
        const int AtOnce = 256;
        foreach (var part in _buckets)
            while (part.Sweep(now, AtOnce))
            {
            }
    }

    /// <summary>Forgets all clients: it is gone.</summary>
    public void Clear()
    {
        foreach (var part in _buckets)
            part.Clear();
    }

    // Seeded, so that nobody can choose addresses of one part.
    private static int PartOf(UInt128 client) => (int)((uint)client.GetHashCode() >> 16) % Parts;
}
