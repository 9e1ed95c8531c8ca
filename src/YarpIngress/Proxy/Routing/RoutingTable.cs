using System.Collections.Concurrent;
using YarpIngress.Layer4.Passthrough;
using YarpIngress.Proxy.Certificates;

namespace YarpIngress.Proxy.Routing;

/// <summary>
/// Host, then path, to route. Readers take no lock and allocate nothing; a writer replaces one host's entry in one
/// atomic step, so that a request sees the host as it was or as it is, never without its routes.
/// </summary>
/// <typeparam name="TRoute">What a path leads to.</typeparam>
internal sealed class RoutingTable<TRoute>
    where TRoute : class
{
    private readonly ConcurrentDictionary<string, HostEntry<TRoute>> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, HostEntry<TRoute>> _wildcards = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, HostEntry<TRoute>>.AlternateLookup<ReadOnlySpan<char>> _hostsBySpan;
    private readonly ConcurrentDictionary<string, HostEntry<TRoute>>.AlternateLookup<ReadOnlySpan<char>> _wildcardsBySpan;
    private readonly AliasHosts<TRoute> _aliases = new();
    private volatile HostEntry<TRoute>? _anyHost;

    public RoutingTable()
    {
        _hostsBySpan = _hosts.GetAlternateLookup<ReadOnlySpan<char>>();
        _wildcardsBySpan = _wildcards.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>How many hosts there are, the one for any host included.</summary>
    public int Count => _hosts.Count + _wildcards.Count + _aliases.Count + (_anyHost is null ? 0 : 1);

    /// <summary>Every entry, in no order; one that is set or removed meanwhile may be there or not.</summary>
    public IEnumerable<HostEntry<TRoute>> All
    {
        get
        {
            foreach (var (_, entry) in _hosts)
                yield return entry;
            foreach (var (_, entry) in _wildcards)
                yield return entry;
            foreach (var entry in _aliases.All)
                yield return entry;
            if (_anyHost is { } any)
                yield return any;
        }
    }

    /// <summary>
    /// The entry that a request's host falls into: the exact host, else the longest wildcard alias, else the wildcard of its first
    /// label, else the first expression of an alias, else the entry for any host. A host that has an entry never falls back to
    /// another one, whatever its paths are.
    /// </summary>
    /// <param name="host">Without port, in any case; see <see cref="RequestHost"/>.</param>
    public HostEntry<TRoute>? FindHost(ReadOnlySpan<char> host)
    {
        if (_hostsBySpan.TryGetValue(host, out var exact))
            return exact;
        if (_aliases.FindWildcard(host) is { } alias)
            return alias;
        var dot = host.IndexOf('.');
        if (dot > 0 && _wildcardsBySpan.TryGetValue(host[(dot + 1)..], out var wildcard))
            return wildcard;
        return _aliases.FindExpression(host) ?? _anyHost;
    }

    /// <summary>The entry and the route for a request; the route is null when the entry has none for the path.</summary>
    /// <param name="host">Without port, in any case.</param>
    /// <param name="path">Normalised; see <see cref="RequestPath"/>.</param>
    public RouteMatch<TRoute> Match(ReadOnlySpan<char> host, ReadOnlySpan<char> path) =>
        FindHost(host) is { } entry ? entry.Match(path) : default;

    /// <summary>As the other, where routes of the host also ask for methods, headers or query parameters.</summary>
    public RouteMatch<TRoute> Match(ReadOnlySpan<char> host, ReadOnlySpan<char> path, in RequestFacts facts) =>
        FindHost(host) is { } entry ? entry.Match(path, facts) : default;

    /// <summary>The entry of one virtual host, by its name and no other.</summary>
    public HostEntry<TRoute>? Get(string host)
    {
        if (host.Length == 0)
            return _anyHost;
        if (_aliases.Get(host) is { } alias)
            return alias;
        return IsWildcard(host) ? _wildcards.GetValueOrDefault(host[2..]) : _hosts.GetValueOrDefault(host);
    }

    /// <summary>Adds or replaces one virtual host's entry.</summary>
    public void Set(HostEntry<TRoute> entry)
    {
        // An alias that becomes a host of its own, or the other way round, is found in another place.
        if (AliasHosts<TRoute>.Holds(entry))
        {
            _aliases.Set(entry);
            if (IsWildcard(entry.Host))
                _wildcards.TryRemove(entry.Host[2..], out _);
            return;
        }
        if (entry.Host.Length == 0)
            _anyHost = entry;
        else if (IsWildcard(entry.Host))
            _wildcards[entry.Host[2..]] = entry;
        else
            _hosts[entry.Host] = entry;
        if (IsWildcard(entry.Host))
            _aliases.Remove(entry.Host);
    }

    /// <summary>Removes one virtual host's entry, if it is there.</summary>
    public void Remove(string host)
    {
        if (_aliases.Remove(host))
            return;
        if (host.Length == 0)
            _anyHost = null;
        else if (IsWildcard(host))
            _wildcards.TryRemove(host[2..], out _);
        else
            _hosts.TryRemove(host, out _);
    }

    private static bool IsWildcard(string host) => host.StartsWith("*.", StringComparison.Ordinal);
}

/// <summary>What is served under one host.</summary>
/// <param name="Host">As in <see cref="Translation.Model.VirtualHost.Host"/>.</param>
/// <param name="Paths">The routes by path.</param>
/// <param name="Default">Serves paths that no route matches; null when nothing does.</param>
/// <param name="Routes">All routes, the default included: what the next update of the host can keep.</param>
/// <param name="IsAlias">Whether it is another name of a host, so that a wildcard covers several labels.</param>
internal sealed record HostEntry<TRoute>(
    string Host, PathTable<TRoute> Paths, TRoute? Default, IReadOnlyList<TRoute> Routes, bool IsAlias = false)
    where TRoute : class
{
    /// <summary>Those of the routes that ask for more than host and path; null when none does.</summary>
    public ConditionalRoutes<TRoute>? Conditional { get; init; }

    /// <summary>Whether a route of the host keeps clients out; see <see cref="GuardedPaths"/>.</summary>
    public bool IsGuarded { get; init; }

    /// <summary>The route for a normalised path, whatever else the request says.</summary>
    public RouteMatch<TRoute> Match(ReadOnlySpan<char> path) => Paths.Match(path) is { } route
        ? new RouteMatch<TRoute>(this, route, IsDefault: false)
        : new RouteMatch<TRoute>(this, Default, IsDefault: Default is not null);

    /// <summary>The route for a request with a normalised path.</summary>
    public RouteMatch<TRoute> Match(ReadOnlySpan<char> path, in RequestFacts facts)
    {
        var match = Match(path);
        return Conditional is { } conditional ? conditional.Choose(path, match, facts) : match;
    }

    /// <summary>The methods that its routes for a path are for, where these are all that keeps a request out; null else.</summary>
    public IReadOnlyList<string>? MethodsFor(ReadOnlySpan<char> path) =>
        Match(path).Route is null ? Conditional?.MethodsFor(path) : null;

    /// <summary>What its handshakes, and requests after them, have that others do not; null for nothing.</summary>
    public HostTls? Tls { get; init; }

    /// <summary>Where its TLS goes as it is; null where it ends here.</summary>
    public PassthroughHost? Passthrough { get; init; }
}

/// <summary>What a request matched.</summary>
/// <param name="Host">The entry that the host falls into; null when there is none.</param>
/// <param name="Route">The route; null when the entry has none for the path.</param>
/// <param name="IsDefault">Whether the route is the entry's default rather than a match of the path.</param>
internal readonly record struct RouteMatch<TRoute>(HostEntry<TRoute>? Host, TRoute? Route, bool IsDefault)
    where TRoute : class;
