using System.Collections.Concurrent;
using System.Net;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Pipeline.Forwarding.Http1;

/// <summary>The connections to all pods, by address. An address that nobody asks for any more is forgotten.</summary>
internal sealed class ConnectionPools : IDisposable
{
    private readonly ConcurrentDictionary<string, EndpointPool> _pools = new(StringComparer.Ordinal);
    private readonly Timer _sweep;
    private volatile Http1Limits _limits;
    private long _opened;
    private long _failed;

    public ConnectionPools(Http1Limits limits)
    {
        _limits = limits;
        _sweep = new Timer(static pools => ((ConnectionPools)pools!).Sweep(), this, limits.SweepInterval, limits.SweepInterval);
    }

    /// <summary>The bounds of all connections.</summary>
    public Http1Limits Limits => _limits;

    /// <summary>How many addresses there are connections to, or were of late.</summary>
    public int Count => _pools.Count;

    /// <summary>Connections that were made since the start.</summary>
    public long Opened => Interlocked.Read(ref _opened);

    /// <summary>Connections that could not be made.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>How many connections are open now, and how many of them wait for a request.</summary>
    public (int Open, int Idle) Connections()
    {
        var (open, idle) = (0, 0);
        foreach (var (_, pool) in _pools)
        {
            var (ofPool, waiting) = pool.Connections;
            open += ofPool;
            idle += waiting;
        }
        return (open, idle);
    }

    /// <summary>How many requests are on connections to an address now.</summary>
    public int Busy(string address)
    {
        if (!_pools.TryGetValue(address, out var pool))
            return 0;
        var (open, idle) = pool.Connections;
        return open - idle;
    }

    /// <summary>A connection could not be made.</summary>
    public void Fail() => Interlocked.Increment(ref _failed);

    /// <summary>Applies the global settings, to the connections that there are too.</summary>
    public void Apply(UpstreamKeepAlive settings) => _limits = _limits with
    {
        IdleTimeout = settings.Timeout,
        Lifetime = settings.Time,
        MaximumIdle = settings.Connections,
        MaximumRequests = settings.Requests,
    };

    /// <summary>As the other, for what clients may do.</summary>
    public void Apply(ListenerSettings settings) => _limits = _limits with { ClientTimeout = settings.BodyTimeout };

    /// <summary>The pool of an address such as <c>http://10.0.0.1:8080</c>.</summary>
    public EndpointPool Of(string address) =>
        _pools.TryGetValue(address, out var pool) ? pool : _pools.GetOrAdd(address, static (key, pools) => Make(key, pools), this);

    /// <summary>Has a new connection belong to the pool of its address, which may have been given up while it was made.</summary>
    public void Register(EndpointPool pool, PodConnection connection)
    {
        Interlocked.Increment(ref _opened);
        while (!pool.TryAdd(connection))
            pool = Of(pool.Address);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sweep.Dispose();
        foreach (var (address, pool) in _pools)
        {
            _pools.TryRemove(address, out _);
            pool.Close();
        }
    }

    private static EndpointPool Make(string address, ConnectionPools pools)
    {
        var uri = new Uri(address);
        var host = uri.IdnHost;
        EndPoint endPoint = IPAddress.TryParse(host, out var ip) ? new IPEndPoint(ip, uri.Port) : new DnsEndPoint(host, uri.Port);
        return new EndpointPool(address, uri.Authority, endPoint, pools);
    }

    private void Sweep()
    {
        var now = Environment.TickCount64;
        foreach (var (_, pool) in _pools)
        {
            if (pool.Sweep(now))
                _pools.TryRemove(new KeyValuePair<string, EndpointPool>(pool.Address, pool));
        }
    }
}
