using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Tables;

internal static class IngressColumns
{
    private const int ShownHosts = 3;

    public static IReadOnlyList<TableColumn> All { get; } =
    [
        TableColumn.ObjectName,
        new("Class", row => row.TextOr(TableRow.None, "spec", "ingressClassName")),
        new("Hosts", row => Hosts(row)),
        new("Address", row => Addresses(row)),
        new("Ports", row => row.Count("spec", "tls") > 0 ? "80, 443" : "80"),
        TableColumn.Age,
    ];

    /// <summary>Hosts of the rules, cut after three; a host that is given twice shows twice.</summary>
    private static string Hosts(TableRow row)
    {
        var hosts = row.Items("spec", "rules").Select(r => r["host"].AsString()).Where(h => !string.IsNullOrEmpty(h)).ToList();
        if (hosts.Count == 0)
            return "*";
        var shown = string.Join(',', hosts.Take(ShownHosts));
        return hosts.Count > ShownHosts ? $"{shown} + {hosts.Count - ShownHosts} more..." : shown;
    }

    private static string Addresses(TableRow row) =>
        string.Join(',', row.Items("status", "loadBalancer", "ingress").Select(Address).OfType<string>());

    internal static string? Address(JsonObject ingress) =>
        ingress["ip"].AsString() is { Length: > 0 } ip ? ip
        : ingress["hostname"].AsString() is { Length: > 0 } host ? host
        : null;
}
