using System.Collections.Concurrent;
using YarpIngress.Proxy;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Layer4.Passthrough;

/// <summary>
/// The hosts whose TLS is passed through. Written by the data plane's writer; what a connection needs is in its host's entry.
/// </summary>
internal sealed class PassthroughHosts
{
    private readonly ConcurrentDictionary<string, PassthroughHost> _hosts = new();
    private volatile bool _any;
    private volatile StreamSettings? _settings;

    /// <summary>Whether there is one: else nobody's first bytes are looked at.</summary>
    public bool Any => _any;

    /// <summary>What the global ConfigMap says of connections that pass as they are; null before it said anything.</summary>
    public StreamSettings? Settings
    {
        get => _settings;
        set => _settings = value;
    }

    /// <summary>All of them, by name.</summary>
    public IEnumerable<KeyValuePair<string, PassthroughHost>> All => _hosts;

    /// <summary>Follows a host; null is one whose TLS ends here.</summary>
    /// <param name="host">Its name.</param>
    /// <param name="policy">What its Ingresses say.</param>
    /// <param name="place">Finds the place of a backend.</param>
    public PassthroughHost? Set(string host, TlsPassthrough? policy, Func<BackendKey, ProxyBackend> place)
    {
        var former = _hosts.GetValueOrDefault(host);
        if (policy is null)
        {
            if (former is not null)
            {
                _hosts.TryRemove(host, out _);
                _any = !_hosts.IsEmpty;
            }
            return null;
        }
        var made = former?.Policy == policy
            ? former
            : new PassthroughHost(policy, place(policy.Backend), former?.Connections ?? new PassthroughConnections());
        _hosts[host] = made;
        _any = true;
        return made;
    }
}
