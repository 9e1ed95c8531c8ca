using System.Collections.Concurrent;

namespace YarpIngress.Observability.Traffic;

/// <summary>
/// The counts of one route by the host that was asked for, with <c>--metrics-per-undefined-host</c>. Anybody can ask for
/// any host, so there is a bound over all routes; what comes after it counts as the route's own host.
/// </summary>
internal sealed class HostSeries
{
    private readonly ConcurrentDictionary<string, RouteTraffic> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, RouteTraffic>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private readonly Budget _budget;

    public HostSeries(Budget budget)
    {
        _budget = budget;
        _bySpan = _hosts.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>All of them.</summary>
    public ICollection<RouteTraffic> All => _hosts.Values;

    /// <summary>The counts of a host; null when it is one too many.</summary>
    public RouteTraffic? Find(ReadOnlySpan<char> host, Func<string, RouteTraffic> make)
    {
        if (_bySpan.TryGetValue(host, out var known))
            return known;
        if (!_budget.TryTake())
            return null;
        var name = host.ToString().ToLowerInvariant();
        var made = make(name);
        if (_hosts.TryAdd(name, made))
            return made;
        _budget.GiveBack(1);
        return _hosts[name];
    }

    /// <summary>The route is gone.</summary>
    public void Release() => _budget.GiveBack(_hosts.Count);

    /// <summary>How many hosts may be told apart that no Ingress names.</summary>
    internal sealed class Budget(int most)
    {
        private int _left = most;

        public bool TryTake()
        {
            if (Volatile.Read(ref _left) <= 0)
                return false;
            if (Interlocked.Decrement(ref _left) >= 0)
                return true;
            Interlocked.Increment(ref _left);
            return false;
        }

        public void GiveBack(int hosts) => Interlocked.Add(ref _left, hosts);
    }
}
