using System.Security.Cryptography;
using System.Text;
using YarpIngress.Pipeline.Balancing;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Affinity;

/// <summary>The sessions of one route, or of its canary, at one backend.</summary>
internal sealed class RouteAffinity
{
    private readonly string _salt;
    private volatile KeyedSet? _keyed;

    /// <summary>For a route.</summary>
    /// <param name="policy">What the annotations say.</param>
    /// <param name="backend">Where requests go.</param>
    /// <param name="cookiePath">The path of the cookie, where the annotations name none.</param>
    public RouteAffinity(AffinityPolicy policy, BackendKey backend, string cookiePath)
    {
        Policy = policy;
        CookiePath = policy.CookiePath ?? cookiePath;
        _salt = $"{backend.Namespace}-{backend.Service}-{backend.Port}";
        BackendId = Md5(Md5(_salt) + _salt);
    }

    /// <summary>What the annotations say.</summary>
    public AffinityPolicy Policy { get; }

    /// <summary>The path of the cookie.</summary>
    public string CookiePath { get; }

    /// <summary>Which backend a session is with: ingress-nginx's own name of it, so that canaries keep theirs after a takeover.</summary>
    public string BackendId { get; }

    /// <summary>The endpoints, in a form to find them by hash.</summary>
    public EndpointSets Sets { get; } = new([]);

    /// <summary>The endpoint with this key in persistent cookies; null when it is gone.</summary>
    public EndpointLoad? Find(EndpointSet set, ReadOnlySpan<char> key)
    {
        var keyed = Keyed(set).ByKey.GetAlternateLookup<ReadOnlySpan<char>>();
        return keyed.TryGetValue(key, out var load) ? load : null;
    }

    /// <summary>The key of an endpoint in persistent cookies. The same in every replica; it tells nobody the address.</summary>
    public string KeyOf(EndpointLoad load) => Md5(_salt + load.Endpoint.DestinationId);

    private KeyedSet Keyed(EndpointSet set)
    {
        var keyed = _keyed;
        if (keyed is null || !ReferenceEquals(keyed.Set, set))
        {
            var byKey = new Dictionary<string, EndpointLoad>(set.Endpoints.Length);
            foreach (var load in set.Endpoints)
                byKey[KeyOf(load)] = load;
            _keyed = keyed = new KeyedSet(set, byKey);
        }
        return keyed;
    }

    // As a short name of something, which is what ingress-nginx does; nothing is protected by it.
    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));

    private sealed record KeyedSet(EndpointSet Set, Dictionary<string, EndpointLoad> ByKey);
}
