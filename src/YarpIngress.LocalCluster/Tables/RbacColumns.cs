using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Tables;

internal static class RbacColumns
{
    public static IReadOnlyList<TableColumn> Role { get; } =
        [TableColumn.ObjectName, new("Created At", row => row.Text("metadata", "creationTimestamp"), Type: "date")];

    public static IReadOnlyList<TableColumn> Binding { get; } =
    [
        TableColumn.ObjectName,
        new("Role", row => $"{row.Text("roleRef", "kind")}/{row.Text("roleRef", "name")}"),
        TableColumn.Age,
        new("Users", row => Subjects(row, "User"), Wide: true),
        new("Groups", row => Subjects(row, "Group"), Wide: true),
        new("ServiceAccounts", row => Subjects(row, "ServiceAccount"), Wide: true),
    ];

    private static string Subjects(TableRow row, string kind) => string.Join(
        ", ",
        row.Items("subjects").Where(s => s["kind"].AsString() == kind).Select(s =>
            kind == "ServiceAccount"
                ? $"{s["namespace"].AsString()}/{s["name"].AsString()}"
                : s["name"].AsString()));
}
