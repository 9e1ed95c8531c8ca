using System.Text;
using Yarp.ReverseProxy.Model;
using YarpIngress.Observability;
using YarpIngress.Pipeline.Balancing;
using YarpIngress.Proxy.Clients;
using YarpIngress.Translation.Model;

namespace YarpIngress.Proxy;

/// <summary>
/// The place of one backend, which routes point at. It outlives the YARP cluster inside: endpoints come and go within
/// the cluster, and a new protocol makes a new cluster, without a route being touched.
/// </summary>
internal sealed class ProxyBackend(BackendKey key)
{
    private volatile ClusterState? _cluster;
    private volatile Balancer? _balancer;
    private byte[]? _logName;
    private int _turn;

    /// <summary>Which Service port.</summary>
    public BackendKey Key { get; } = key;

    /// <summary><c>namespace-service-port</c>, as every line of the access log has it; made when the first one needs it.</summary>
    public byte[] LogName => _logName ??= Encoding.UTF8.GetBytes(UpstreamName.Of(Key));

    /// <summary>What annotations say about it.</summary>
    public BackendPolicy Policy { get; } = key.Policy ?? BackendPolicy.None;

    /// <summary>When a request that an endpoint did not serve goes to another one.</summary>
    public NextUpstreamPolicy NextUpstream { get; } = key.Policy?.NextUpstream ?? NextUpstreamPolicy.Default;

    /// <summary>The live cluster; null while the backend is unknown or refused, which answers 503.</summary>
    public ClusterState? Cluster
    {
        get => _cluster;
        set => _cluster = value;
    }

    /// <summary>Chooses among its endpoints; null is each in its turn.</summary>
    public Balancer? Balancer
    {
        get => _balancer;
        set => _balancer = value;
    }

    /// <summary>The next number of a count that wraps around: whose turn it is among the endpoints.</summary>
    public uint NextTurn() => unchecked((uint)Interlocked.Increment(ref _turn) - 1);

    /// <summary>Which client its cluster has. Only the writer looks at it.</summary>
    public HttpClientKey? Client { get; set; }

    /// <summary>How many routes point here. Only the writer looks at it, to know when the place can go.</summary>
    public int References { get; set; }
}
