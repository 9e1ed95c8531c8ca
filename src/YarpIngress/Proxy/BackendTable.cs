using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;
using YarpIngress.Pipeline.Balancing;
using YarpIngress.Proxy.Clients;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Proxy;

/// <summary>
/// The backends as YARP's runtime clusters. Written by one writer; requests reach a cluster through their route and
/// never through this table.
/// </summary>
internal sealed class BackendTable(
    ConfigCheck check,
    HttpClients clients,
    IClusterDestinationsUpdater destinations,
    IEnumerable<IClusterChangeListener> listeners,
    IActiveHealthCheckMonitor monitor)
{
    private readonly Dictionary<BackendKey, ProxyBackend> _backends = [];
    private readonly Dictionary<HttpClientKey, int> _users = [];
    private readonly IClusterChangeListener[] _listeners = [.. listeners];
    private bool _isProbing;
    private UpstreamKeepAlive _keepAlive = new();

    /// <summary>How many backends there are, those included that only a route knows.</summary>
    public int Count => _backends.Count;

    /// <summary>The place of a backend, which need not be known yet.</summary>
    public ProxyBackend Place(BackendKey key)
    {
        if (!_backends.TryGetValue(key, out var backend))
            _backends.Add(key, backend = new ProxyBackend(key));
        return backend;
    }

    /// <summary>Publishes a backend, or refuses it with a problem.</summary>
    public IReadOnlyList<Problem> Set(Backend backend)
    {
        var config = YarpConfig.Cluster(backend);
        var place = Place(backend.Key);
        if (check.Check(backend, config) is { } problem)
        {
            Clear(place);
            return [problem];
        }

        place.Balancer = Balancer.For(backend.Balancing, place);

        // The running cluster's record leaves the destinations out: they change alone, and far more often than the rest.
        var settings = config with { Destinations = null };
        var current = place.Cluster;
        var client = HttpClientKey.Of(backend, config.HttpClient ?? HttpClientConfig.Empty, _keepAlive);
        if (current is not null && current.Model.Config == settings && place.Client == client)
        {
            if (SetDestinations(current, config.Destinations))
                Tell(listener => listener.OnClusterChanged(current));
            return [];
        }

        if (settings.HealthCheck?.Active is { Enabled: true })
            StartProbing();
        var cluster = new ClusterState(config.ClusterId, new ClusterModel(settings, clients.Get(client)));
        Use(place, client);
        SetDestinations(cluster, config.Destinations);
        place.Cluster = cluster;
        if (current is not null)
            Tell(listener => listener.OnClusterRemoved(current));
        Tell(listener => listener.OnClusterAdded(cluster));
        return [];
    }

    /// <summary>Applies the global settings: where they differ from those before, every backend gets another client.</summary>
    public void Apply(UpstreamKeepAlive settings)
    {
        if (settings == _keepAlive)
            return;
        _keepAlive = settings;
        foreach (var place in _backends.Values)
        {
            if (place is not { Client: { } client, Cluster: { } current })
                continue;
            Use(place, client = client with { KeepAlive = settings });
            var cluster = new ClusterState(current.ClusterId, new ClusterModel(current.Model.Config, clients.Get(client)));
            foreach (var (id, endpoint) in current.Destinations)
                cluster.Destinations.TryAdd(id, endpoint);
            destinations.UpdateAllDestinations(cluster);
            place.Cluster = cluster;
            Tell(listener => listener.OnClusterRemoved(current));
            Tell(listener => listener.OnClusterAdded(cluster));
        }
    }

    /// <summary>Takes a backend away.</summary>
    public void Remove(BackendKey key)
    {
        if (_backends.TryGetValue(key, out var place))
        {
            Clear(place);
            DropIfUnused(place);
        }
    }

    /// <summary>Forgets the place of a backend that neither exists nor is pointed at.</summary>
    public void DropIfUnused(ProxyBackend place)
    {
        if (place.References == 0 && place.Cluster is null)
            _backends.Remove(place.Key);
    }

    /// <summary>YARP's monitor does nothing before its first round, which is one without any cluster here, and over at once.</summary>
    private void StartProbing()
    {
        if (_isProbing)
            return;
        _isProbing = true;
        monitor.CheckHealthAsync([]).GetAwaiter().GetResult();
    }

    private void Clear(ProxyBackend place)
    {
        if (place.Cluster is not { } cluster)
            return;
        place.Cluster = null;
        Use(place, null);
        Tell(listener => listener.OnClusterRemoved(cluster));
    }

    /// <summary>Counts who has which client: one that nobody has is forgotten, as after each rotation of a certificate.</summary>
    private void Use(ProxyBackend place, HttpClientKey? client)
    {
        if (client is not null)
            _users[client] = _users.GetValueOrDefault(client) + 1;
        if (place.Client is { } former && --_users[former] == 0)
        {
            _users.Remove(former);
            clients.Forget(former);
        }
        place.Client = client;
    }

    private bool SetDestinations(ClusterState cluster, IReadOnlyDictionary<string, DestinationConfig>? wanted)
    {
        var changed = false;
        foreach (var (id, config) in wanted ?? new Dictionary<string, DestinationConfig>())
        {
            // Those that stay keep their state: health, requests in flight.
            if (!cluster.Destinations.ContainsKey(id))
                changed |= cluster.Destinations.TryAdd(id, new DestinationState(id, new DestinationModel(config)));
        }
        foreach (var (id, _) in cluster.Destinations)
        {
            if (wanted?.ContainsKey(id) != true)
                changed |= cluster.Destinations.TryRemove(id, out _);
        }
        if (changed)
            destinations.UpdateAllDestinations(cluster);
        return changed;
    }

    private void Tell(Action<IClusterChangeListener> what)
    {
        foreach (var listener in _listeners)
            what(listener);
    }
}
