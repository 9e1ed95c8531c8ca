using System.Text.Json.Nodes;

namespace YarpIngress.LocalCluster.Controllers.Endpoints;

/// <summary>A port of an EndpointSlice.</summary>
internal sealed record SlicePort(string Name, int? Number, string Protocol, string? AppProtocol)
{
    /// <summary>Slices hold endpoints that share all ports: this text is the same exactly for the same ports.</summary>
    public static string SetKey(IEnumerable<SlicePort> ports) =>
        string.Join(
            ';', ports.Select(port => $"{port.Name},{port.Number},{port.Protocol},{port.AppProtocol}").Order(StringComparer.Ordinal));

    public static IReadOnlyList<SlicePort> Of(JsonObject slice) =>
    [
        .. slice.ItemsAt("ports").Select(
            port => new SlicePort(
                port.TextAt("name") ?? "", port.NumberAt("port"), port.TextAt("protocol") ?? "TCP", port.TextAt("appProtocol"))),
    ];

    public JsonObject ToJson()
    {
        var port = new JsonObject { ["name"] = Name, ["port"] = Number, ["protocol"] = Protocol };
        if (AppProtocol is not null)
            port["appProtocol"] = AppProtocol;
        return port;
    }
}
