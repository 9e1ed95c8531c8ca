using YarpIngress.Kubernetes;
using YarpIngress.Pipeline.Limits;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.RateLimiter;

/// <summary>What an Ingress has counted by a limiter, all of its hosts and paths together, for as long as it has that limiter.</summary>
internal sealed class RateZone
{
    private const int Most = 65_536;
    private const int Parts = 16;

    private readonly RatePart[] _parts;

    public RateZone(ObjectKey ingress, RateLimiterPolicy policy, BucketBudget budget, TimeProvider time)
    {
        (Ingress, Policy) = (ingress, policy);
        var parts = policy.PerClient ? Parts : 1;
        _parts = [.. Enumerable.Range(0, parts).Select(_ => new RatePart(policy, Most / Parts, budget, time))];
    }

    /// <summary>Whose it is.</summary>
    public ObjectKey Ingress { get; }

    /// <summary>The limiter.</summary>
    public RateLimiterPolicy Policy { get; }

    /// <summary>How many routes have it; only the writer of the data plane looks at it.</summary>
    public int References { get; set; }

    /// <summary>How many partitions it remembers.</summary>
    public int Count => _parts.Sum(part => part.Count);

    /// <summary>What a request is counted under.</summary>
    public UInt128 KeyOf(GatewayRequest request) =>
        // Without an address, all such clients are one.
        Policy.PerClient && request.Client is { } address ? ClientKey.Of(address) : UInt128.Zero;

    /// <summary>Asks for a permit.</summary>
    public RateAnswer Take(UInt128 client) => PartOf(client).Take(client);

    /// <summary>A request that was let through is over.</summary>
    public void Return(UInt128 client) => PartOf(client).Return(client);

    /// <summary>Somebody waits no longer.</summary>
    public void Leave(RateWaiter waiter) => PartOf(waiter.Partition.Client).Leave(waiter);

    /// <summary>Forgets what says nothing.</summary>
    public void Sweep()
    {
        foreach (var part in _parts)
            part.Sweep(Most);
    }

    /// <summary>It is gone.</summary>
    public void Close()
    {
        foreach (var part in _parts)
            part.Close();
    }

    // Seeded, so that nobody can choose addresses of one part.
    private RatePart PartOf(UInt128 client) => _parts[(int)((uint)client.GetHashCode() >> 16) % _parts.Length];
}
