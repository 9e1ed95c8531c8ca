using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Tables;

internal static class NodeColumns
{
    private const string RolePrefix = "node-role.kubernetes.io/";

    public static IReadOnlyList<TableColumn> All { get; } =
    [
        TableColumn.ObjectName,
        new("Status", row => Status(row)),
        new("Roles", row => Roles(row)),
        TableColumn.Age,
        new("Version", row => row.Text("status", "nodeInfo", "kubeletVersion")),
        new("Internal-IP", row => Address(row, "InternalIP"), Wide: true),
        new("External-IP", row => Address(row, "ExternalIP"), Wide: true),
        new("OS-Image", row => row.TextOr(TableRow.Unknown, "status", "nodeInfo", "osImage"), Wide: true),
        new("Kernel-Version", row => row.TextOr(TableRow.Unknown, "status", "nodeInfo", "kernelVersion"), Wide: true),
        new("Container-Runtime", row => row.TextOr(TableRow.Unknown, "status", "nodeInfo", "containerRuntimeVersion"), Wide: true),
    ];

    private static string Status(TableRow row)
    {
        var ready = row.Items("status", "conditions").FirstOrDefault(c => c["type"].AsString() == "Ready");
        var status = ready is null ? "Unknown" : ready["status"].AsString() == "True" ? "Ready" : "NotReady";
        return row.At("spec", "unschedulable")?.ToString() == "true" ? $"{status},SchedulingDisabled" : status;
    }

    private static string Roles(TableRow row)
    {
        var roles = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (name, value) in row.At("metadata", "labels") as System.Text.Json.Nodes.JsonObject ?? [])
        {
            if (name.StartsWith(RolePrefix, StringComparison.Ordinal) && name.Length > RolePrefix.Length)
                roles.Add(name[RolePrefix.Length..]);
            else if (name == "kubernetes.io/role" && value.AsString() is { Length: > 0 } role)
                roles.Add(role);
        }
        return roles.Count == 0 ? TableRow.None : string.Join(',', roles);
    }

    private static string Address(TableRow row, string type) =>
        row.Items("status", "addresses").Where(a => a["type"].AsString() == type)
            .Select(a => a["address"].AsString()).FirstOrDefault()
        ?? TableRow.None;
}
