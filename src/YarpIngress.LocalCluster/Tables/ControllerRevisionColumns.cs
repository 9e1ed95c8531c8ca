using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Tables;

internal static class ControllerRevisionColumns
{
    public static IReadOnlyList<TableColumn> All { get; } =
    [
        TableColumn.ObjectName,
        new("Controller", row => Controller(row)),
        new("Revision", row => row.Number("revision"), Type: "integer"),
        TableColumn.Age,
    ];

    private static string Controller(TableRow row)
    {
        var owner = row.Items("metadata", "ownerReferences").FirstOrDefault();
        var group = owner?["apiVersion"].AsString()?.Split('/')[0];
        return owner is null
            ? TableRow.None
            : $"{owner["kind"].AsString()?.ToLowerInvariant()}.{group}/{owner["name"].AsString()}";
    }
}
