using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Tables;

internal static class EndpointsColumns
{
    private const int Shown = 3;

    public static IReadOnlyList<TableColumn> All { get; } =
        [TableColumn.ObjectName, new("Endpoints", row => Addresses(row)), TableColumn.Age];

    private static string Addresses(TableRow row)
    {
        var all = row.Items("subsets").SelectMany(Of).ToList();
        if (all.Count == 0)
            return TableRow.None;
        var shown = string.Join(',', all.Take(Shown));
        return all.Count > Shown ? $"{shown} + {all.Count - Shown} more..." : shown;
    }

    private static IEnumerable<string> Of(JsonObject subset)
    {
        var addresses = (subset["addresses"] as JsonArray)?.OfType<JsonObject>().Select(a => a["ip"].AsString() ?? "").ToList()
            ?? [];
        var ports = (subset["ports"] as JsonArray)?.OfType<JsonObject>().Select(p => p["port"].AsInteger() ?? 0).ToList()
            ?? [];
        return ports.Count == 0
            ? addresses
            : ports.SelectMany(_ => addresses, (port, ip) => ip.Contains(':') ? $"[{ip}]:{port}" : $"{ip}:{port}");
    }
}
