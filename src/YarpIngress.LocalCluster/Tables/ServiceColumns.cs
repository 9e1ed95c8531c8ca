using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Tables;

internal static class ServiceColumns
{
    public static IReadOnlyList<TableColumn> All { get; } =
    [
        TableColumn.ObjectName,
        new("Type", row => row.Text("spec", "type")),
        new("Cluster-IP", row => ClusterIp(row)),
        new("External-IP", row => External(row)),
        new("Port(s)", row => Ports(row)),
        TableColumn.Age,
        new("Selector", row => TableRow.Selector(row.At("spec", "selector")), Wide: true),
    ];

    private static string ClusterIp(TableRow row)
    {
        var address = (row.At("spec", "clusterIPs") as JsonArray)?.FirstOrDefault().AsString() ?? row.Text("spec", "clusterIP");
        return address.Length == 0 ? TableRow.None : address;
    }

    private static string External(TableRow row)
    {
        var external = (row.At("spec", "externalIPs") as JsonArray)?.Select(Json.AsString).OfType<string>().ToList() ?? [];
        switch (row.Text("spec", "type"))
        {
            case "ExternalName":
                return row.Text("spec", "externalName");
            case "LoadBalancer":
                var addresses = row.Items("status", "loadBalancer", "ingress").Select(IngressColumns.Address).OfType<string>()
                    .Distinct().Order(StringComparer.Ordinal).Concat(external).ToList();
                return addresses.Count == 0 ? "<pending>" : string.Join(',', addresses);
            default:
                return external.Count == 0 ? TableRow.None : string.Join(',', external);
        }
    }

    private static string Ports(TableRow row)
    {
        var ports = row.Items("spec", "ports").Select(Port).ToList();
        return ports.Count == 0 ? TableRow.None : string.Join(',', ports);
    }

    private static string Port(JsonObject port)
    {
        var number = port["port"].AsInteger();
        var protocol = port["protocol"].AsString() ?? "TCP";
        return port["nodePort"].AsInteger() is > 0 and var nodePort
            ? $"{number}:{nodePort}/{protocol}"
            : $"{number}/{protocol}";
    }
}
