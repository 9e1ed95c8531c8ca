using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Tables;

internal static class EndpointSliceColumns
{
    private const int Shown = 3;
    private const string Unset = "<unset>";

    public static IReadOnlyList<TableColumn> All { get; } =
    [
        TableColumn.ObjectName,
        new("AddressType", row => row.Text("addressType")),
        new("Ports", row => Cut(row.Items("ports").Select(Port).ToList())),
        new("Endpoints", row => Cut(row.Items("endpoints").SelectMany(Addresses).ToList())),
        TableColumn.Age,
    ];

    private static string Port(JsonObject port)
    {
        if (port["port"].AsInteger() is { } number)
            return number.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return port["name"].AsString() is { Length: > 0 } name ? name : "*";
    }

    private static IEnumerable<string> Addresses(JsonObject endpoint) => endpoint.Strings("addresses");

    private static string Cut(List<string> values)
    {
        if (values.Count == 0)
            return Unset;
        var shown = string.Join(',', values.Take(Shown));
        return values.Count > Shown ? $"{shown} + {values.Count - Shown} more..." : shown;
    }
}
