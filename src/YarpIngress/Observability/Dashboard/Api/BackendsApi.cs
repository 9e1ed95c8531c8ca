using Yarp.ReverseProxy.Model;
using YarpIngress.Pipeline.Forwarding.Http1;
using YarpIngress.Proxy;

namespace YarpIngress.Observability.Dashboard.Api;

/// <summary><c>/api/backends</c>: Service ports and the endpoints that serve them.</summary>
internal static class BackendsApi
{
    // Of a Service with thousands of pods the first say enough here; the counts tell of all.
    private const int EndpointsShown = 24;

    public static Listing<BackendRow> Answer(DashboardSource source, ListQuery query)
    {
        var routes = BackendUses.Count(source.Routing);
        var found = routes.Where(use => Matches(use.Key, query)).ToArray();
        return Listing.Page(routes.Count, found, Compare, query, use => Row(use.Key, use.Value, source.Pools));
    }

    private static bool Matches(ProxyBackend backend, ListQuery query)
    {
        var key = backend.Key;
        if (!query.Names(key.Namespace, key.Service) || (query.State.Length > 0 && query.State != StateOf(backend)))
            return false;
        return query.Matches(key.Namespace, key.Service, key.Port)
            || backend.Cluster?.DestinationsState.AllDestinations.Any(endpoint => query.Matches(endpoint.DestinationId)) == true;
    }

    // What needs a look comes first.
    private static int Compare(KeyValuePair<ProxyBackend, int> a, KeyValuePair<ProxyBackend, int> b)
    {
        var byState = Rank(StateOf(a.Key)) - Rank(StateOf(b.Key));
        return byState != 0 ? byState : string.CompareOrdinal(a.Key.Key.ToString(), b.Key.Key.ToString());
    }

    private static int Rank(string state) => state switch { BackendStates.Empty => 0, BackendStates.Degraded => 1, _ => 2 };

    private static string StateOf(ProxyBackend backend) => BackendHealth.Count(backend) switch
    {
        (_, 0) => BackendStates.Empty,
        var (ready, known) when ready < known => BackendStates.Degraded,
        _ => BackendStates.Ready,
    };

    private static BackendRow Row(ProxyBackend backend, int routes, ConnectionPools pools)
    {
        var (ready, known) = BackendHealth.Count(backend);
        var endpoints = backend.Cluster?.DestinationsState.AllDestinations ?? [];
        return new BackendRow(
            backend.Key.Namespace, backend.Key.Service, backend.Key.Port, StateOf(backend), routes, ready, known,
            [.. endpoints.Take(EndpointsShown).Select(endpoint => Endpoint(endpoint, pools))]);
    }

    private static EndpointRow Endpoint(DestinationState endpoint, ConnectionPools pools) =>
        new(endpoint.DestinationId, !BackendHealth.IsUnhealthy(endpoint), pools.Busy(endpoint.Model.Config.Address));
}

/// <summary>What a backend's endpoints amount to.</summary>
internal static class BackendStates
{
    /// <summary>All endpoints take traffic.</summary>
    public const string Ready = "ready";

    /// <summary>Some endpoints are left out, since requests failed there.</summary>
    public const string Degraded = "degraded";

    /// <summary>There is no endpoint: requests get 503.</summary>
    public const string Empty = "empty";
}

/// <summary>One Service port.</summary>
/// <param name="Namespace">Namespace of the Service.</param>
/// <param name="Service">The Service; empty for a backend that can't be served at all.</param>
/// <param name="Port">Its port as the Ingress has it.</param>
/// <param name="State">One of <see cref="BackendStates"/>.</param>
/// <param name="Routes">How many routes lead to it.</param>
/// <param name="Ready">Endpoints that take traffic.</param>
/// <param name="Known">Endpoints in all.</param>
/// <param name="Endpoints">The first of them.</param>
internal sealed record BackendRow(
    string Namespace, string Service, string Port, string State, int Routes, int Ready, int Known, IReadOnlyList<EndpointRow> Endpoints);

/// <summary>One endpoint.</summary>
/// <param name="Address">Address and port.</param>
/// <param name="Healthy">Whether it takes traffic.</param>
/// <param name="Requests">Requests that it is serving now, whichever backend they came by, as far as plain HTTP/1.1 goes.</param>
internal sealed record EndpointRow(string Address, bool Healthy, int Requests);
