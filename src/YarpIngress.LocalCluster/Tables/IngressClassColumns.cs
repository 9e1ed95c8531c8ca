namespace YarpIngress.LocalCluster.Tables;

internal static class IngressClassColumns
{
    public static IReadOnlyList<TableColumn> All { get; } =
    [
        TableColumn.ObjectName,
        new("Controller", row => row.Text("spec", "controller")),
        new("Parameters", Parameters),
        TableColumn.Age,
    ];

    private static System.Text.Json.Nodes.JsonNode? Parameters(TableRow row)
    {
        if (row.At("spec", "parameters") is null)
            return TableRow.None;
        var kind = row.Text("spec", "parameters", "kind");
        var group = row.Text("spec", "parameters", "apiGroup");
        return $"{(group.Length == 0 ? kind : $"{kind}.{group}")}/{row.Text("spec", "parameters", "name")}";
    }
}
