using System.Text.Json.Nodes;

namespace YarpIngress.LocalCluster.Controllers.Endpoints;

/// <summary>Endpoints that share ports and address type, and so slices.</summary>
/// <param name="AddressType">IPv4 or IPv6.</param>
/// <param name="Ports">Their ports.</param>
/// <param name="Endpoints">The endpoints as slices hold them, by address.</param>
internal sealed record SliceGroup(string AddressType, IReadOnlyList<SlicePort> Ports, SortedDictionary<string, JsonObject> Endpoints)
{
    /// <summary>As upstream's <c>--max-endpoints-per-slice</c>.</summary>
    public const int MaxEndpoints = 100;

    public string Key => $"{AddressType}/{SlicePort.SetKey(Ports)}";

    public static SliceGroup New(string addressType, IReadOnlyList<SlicePort> ports) =>
        new(addressType, ports, new(StringComparer.Ordinal));

    /// <summary>The identity of an endpoint within a Service.</summary>
    public static string EndpointKey(JsonObject endpoint) =>
        $"{endpoint.At("addresses")?.ToJsonString()} {endpoint.TextAt("targetRef", "uid")}";
}
