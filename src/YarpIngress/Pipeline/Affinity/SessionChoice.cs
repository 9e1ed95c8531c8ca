using System.IO.Hashing;
using System.Runtime.InteropServices;
using Yarp.ReverseProxy.Model;
using YarpIngress.Pipeline.Balancing;
using YarpIngress.Proxy;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Affinity;

/// <summary>Chooses the endpoint of a session, and begins one where there is none.</summary>
internal static class SessionChoice
{
    // ingress-nginx: MAX_UPSTREAM_CHECKS_COUNT. With one endpoint of many to avoid, the second key usually does.
    private const int MostKeys = 20;

    /// <summary>
    /// The endpoint of the request's cookie, also when it was just tried in vain, unless the policy wants another one then. Otherwise
    /// a new one and a cookie that leads there.
    /// </summary>
    public static DestinationState Choose(GatewayRequest request, ProxyBackend backend, RouteAffinity affinity)
    {
        // What the cookie leads to must not depend on what this request tried already.
        var all = backend.Cluster?.DestinationsState.AvailableDestinations;
        var set = affinity.Sets.Of(all is { Count: > 0 } ? all : request.AvailableDestinations);
        SessionCookie.Read(request, affinity.Policy, out var key, out _);
        var isMoved = request.Tries > 0 && affinity.Policy.ChangeOnFailure;
        if (!isMoved && Find(set, affinity, key) is { } known)
            return known;

        var (endpoint, made) = Begin(set, affinity, request);
        SessionCookie.Write(request, affinity, made, DateTimeOffset.UtcNow);
        return endpoint;
    }

    private static DestinationState? Find(EndpointSet set, RouteAffinity affinity, ReadOnlySpan<char> key) => key.IsEmpty
        ? null
        : affinity.Policy.Mode == AffinityMode.Persistent
            ? affinity.Find(set, key)?.Endpoint
            : ByHash(set, key);

    private static (DestinationState Endpoint, string Key) Begin(EndpointSet set, RouteAffinity affinity, GatewayRequest request)
    {
        var left = request.AvailableDestinations;
        if (affinity.Policy.Mode == AffinityMode.Persistent)
        {
            var chosen = request.Tries > 0
                ? left[Random.Shared.Next(left.Count)]
                : set.Endpoints[Random.Shared.Next(set.Endpoints.Length)].Endpoint;
            return (chosen, affinity.KeyOf(affinity.Sets.LoadOf(chosen)));
        }
        for (var i = 1; ; i++)
        {
            var key = Guid.NewGuid().ToString("N");
            var chosen = ByHash(set, key);
            if (request.Tries == 0 || i == MostKeys || left.Contains(chosen))
                return (chosen, key);
        }
    }

    private static DestinationState ByHash(EndpointSet set, ReadOnlySpan<char> key) =>
        set.Endpoints[RendezvousHash.Best(set, XxHash3.HashToUInt64(MemoryMarshal.AsBytes(key)))].Endpoint;
}
