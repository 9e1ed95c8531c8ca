using System.Runtime.CompilerServices;
using Yarp.ReverseProxy.Model;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Balancing;

/// <summary>
/// The endpoints of one backend as <see cref="EndpointSet"/>s. An endpoint has one load for as long as it exists, in however many
/// sets, so that no request is counted at one and given back at another while endpoints come and go.
/// </summary>
internal sealed class EndpointSets(EquatableArray<EndpointWeight> weights)
{
    private readonly ConditionalWeakTable<DestinationState, EndpointLoad> _loads = [];
    private volatile EndpointSet? _latest;

    /// <summary>The set of what balancing may choose from. Made anew only when the endpoints changed, or after a failed try.</summary>
    public EndpointSet Of(GatewayRequest request) => Of(request.AvailableDestinations, request.Tries > 0);

    /// <summary>The set of a list.</summary>
    /// <param name="endpoints">At least one.</param>
    /// <param name="once">Whether the list is this request's own.</param>
    public EndpointSet Of(IReadOnlyList<DestinationState> endpoints, bool once = false)
    {
        var latest = _latest;
        if (latest is not null && ReferenceEquals(latest.Source, endpoints))
            return latest;
        var made = new EndpointSet(endpoints, LoadOf);
        // Requests that came before a change and after it may take turns here for a moment; the loads are the same.
        if (!once)
            _latest = made;
        return made;
    }

    /// <summary>The load of an endpoint.</summary>
    public EndpointLoad LoadOf(DestinationState endpoint) =>
        _loads.GetValue(endpoint, made => new EndpointLoad(made, EndpointWeight.Of(AddressOf(made.DestinationId), weights)));

    /// <summary>Without the port and the brackets around IPv6.</summary>
    private static string AddressOf(string id)
    {
        var colon = id.LastIndexOf(':');
        return (colon < 0 ? id : id[..colon]).Trim('[', ']');
    }
}
