using YarpIngress.Controller.Cache;
using YarpIngress.Controller.Updates;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Proxy;
using YarpIngress.Translation.Model;

namespace YarpIngress.Commands.Explain;

/// <summary>The endpoints of a backend: which ones take traffic, and why the others do not.</summary>
internal static class ExplainedEndpoints
{
    private const int Most = 200;

    /// <summary>What the data plane sends to now, and what the Service's EndpointSlices say of all.</summary>
    public static ExplainedBackend Of(ProxyBackend backend, ClusterCache cache, ClusterTranslation translation)
    {
        var live = (backend.Cluster?.DestinationsState.AvailableDestinations ?? []).Select(one => one.DestinationId)
            .Order(StringComparer.Ordinal).ToList();
        var found = translation.Backends.GetValueOrDefault(backend.Key);
        return Of(
            backend.Key, (found?.Backend.Protocol ?? default).ToString(), live,
            [.. (found?.Notices ?? []).Select(notice => notice.Message)], cache);
    }

    /// <summary>The same of a Service port that <paramref name="live"/> serve.</summary>
    public static ExplainedBackend Of(
        BackendKey key, string protocol, IReadOnlyList<string> live, IReadOnlyList<string> why, ClusterCache cache)
    {
        var service = new ObjectKey(key.Namespace, key.Service);
        var slices = cache.Services.Slices(service);
        var byAddress = Described(slices);
        var serving = live.Select(id => byAddress.GetValueOrDefault(AddressOf(id)) is { } known
            ? known with { Address = id, TakesTraffic = true }
            : new ExplainedEndpoint(id, null, TakesTraffic: true, "ready"));
        var taken = live.Select(AddressOf).ToHashSet(StringComparer.OrdinalIgnoreCase);
        List<ExplainedEndpoint> others =
        [
            .. byAddress.Values.Where(one => !taken.Contains(one.Address)),
            .. slices.Count > 0 ? [] : NotReadyOf(cache.Services.Endpoints(service)),
        ];
        return new ExplainedBackend(
            key.IsNone ? "" : service.ToString(), key.Port, protocol, live.Count, others.Count,
            [.. serving.Concat(others).Take(Most)], why);
    }

    private const string NotReady = "not ready";

    /// <summary>Every address of the slices with its state; of one that is there twice the better one counts.</summary>
    private static Dictionary<string, ExplainedEndpoint> Described(IReadOnlyList<V1EndpointSlice> slices)
    {
        var byAddress = new Dictionary<string, ExplainedEndpoint>(StringComparer.OrdinalIgnoreCase);
        foreach (var endpoint in slices.SelectMany(slice => slice.Endpoints ?? []))
        {
            foreach (var address in endpoint?.Addresses ?? [])
            {
                var state = StateOf(endpoint!);
                if (address is null || (byAddress.TryGetValue(address, out var other) && (other.State == "ready" || state == NotReady)))
                    continue;
                byAddress[address] = new ExplainedEndpoint(address, endpoint!.TargetRef?.Name, TakesTraffic: false, state);
            }
        }
        return byAddress;
    }

    // Unknown counts as ready, as the API documents it.
    private static string StateOf(V1Endpoint endpoint) => endpoint.Conditions switch
    {
        null or { Ready: null or true } => "ready",
        { Terminating: true, Serving: true } => "terminating, still serving: used only when none is ready",
        { Terminating: true } => "terminating",
        _ => NotReady,
    };

    private static IEnumerable<ExplainedEndpoint> NotReadyOf(V1Endpoints? endpoints) =>
        (endpoints?.Subsets ?? []).SelectMany(subset => subset?.NotReadyAddresses ?? [])
            .Select(address => new ExplainedEndpoint(address?.Ip ?? "", address?.TargetRef?.Name, TakesTraffic: false, NotReady));

    private static string AddressOf(string destination)
    {
        var address = destination[..destination.LastIndexOf(':')];
        return address.StartsWith('[') ? address[1..^1] : address;
    }
}
