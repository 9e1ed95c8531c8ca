using System.Collections.Concurrent;
using YarpIngress.Pipeline;
using YarpIngress.Proxy.Routing;

namespace YarpIngress.Observability.Traffic;

/// <summary>
/// The counts of all routes that are live. The data plane's writer gives each route a handle when it is made and takes it
/// back when the route goes; routes with the same labels share one. Scrapes read meanwhile.
/// </summary>
internal sealed class TrafficTable
{
    // Of hosts that no Ingress names, with --metrics-per-undefined-host.
    private const int MostUndefinedHosts = 10_000;

    private readonly ConcurrentDictionary<RouteLabels, RouteTraffic> _routes = new();
    private readonly HostSeries.Budget _undefinedHosts = new(MostUndefinedHosts);
    private readonly bool _statusClasses;
    private readonly bool _perUndefinedHost;

    public TrafficTable(TrafficOptions options)
    {
        Layout = new TrafficLayout(options);
        PerHost = options.PerHost;
        _perUndefinedHost = options is { PerHost: true, PerUndefinedHost: true };
        _statusClasses = options.StatusClasses;
        Unrouted = Place(RouteLabels.Unrouted);
        Hold(Unrouted);
    }

    /// <summary>What a series consists of.</summary>
    public TrafficLayout Layout { get; }

    /// <summary>Whether series tell hosts apart.</summary>
    public bool PerHost { get; }

    /// <summary>For requests that no route serves.</summary>
    public RouteTraffic Unrouted { get; }

    /// <summary>The routes that are live, and <see cref="Unrouted"/>.</summary>
    public IEnumerable<RouteTraffic> Routes => _routes.Select(route => route.Value);

    /// <summary>Everything that is counted now: routes, and what is told apart within them.</summary>
    public IEnumerable<RouteTraffic> All
    {
        get
        {
            foreach (var (_, route) in _routes)
            {
                yield return route;
                foreach (var canary in route.Canaries)
                    yield return canary;
                foreach (var host in route.ByHost?.All ?? [])
                    yield return host;
            }
        }
    }

    /// <summary>The handle of these labels; only the writer of the data plane calls this and the next two.</summary>
    public RouteTraffic Place(RouteLabels labels)
    {
        if (!PerHost)
            labels = labels with { Host = "" };
        if (!_routes.TryGetValue(labels, out var route))
            _routes[labels] = route = new RouteTraffic(labels, Layout, _statusClasses);
        return route;
    }

    /// <summary>A route has it from now on.</summary>
    public void Hold(RouteTraffic route) => route.References++;

    /// <summary>A route is gone; with the last one of its labels its series go too.</summary>
    public void Release(RouteTraffic route)
    {
        if (--route.References > 0)
            return;
        _routes.TryRemove(route.Labels, out _);
        route.ByHost?.Release();
    }

    /// <summary>
    /// Where a request counts: with its route, apart when a canary took it, or by its host where those without an Ingress are
    /// told apart.
    /// </summary>
    public RouteTraffic For(RouteTraffic route, GatewayRequest request)
    {
        if (request.CanaryBackend is { } canary)
            return route.OfCanary(canary);
        return _perUndefinedHost && route.Labels.Host is RouteLabels.AnyHost or ['*', ..]
            && RequestHost.TryParse(request.Context.Request.Headers.Host.ToString(), out var host)
            ? route.OfHost(host, _undefinedHosts) ?? route
            : route;
    }
}
