namespace YarpIngress.LocalCluster.Tables;

internal static class DaemonSetColumns
{
    public static IReadOnlyList<TableColumn> All { get; } =
    [
        TableColumn.ObjectName,
        new("Desired", row => row.Number("status", "desiredNumberScheduled"), Type: "integer"),
        new("Current", row => row.Number("status", "currentNumberScheduled"), Type: "integer"),
        new("Ready", row => row.Number("status", "numberReady"), Type: "integer"),
        new("Up-to-date", row => row.Number("status", "updatedNumberScheduled"), Type: "integer"),
        new("Available", row => row.Number("status", "numberAvailable"), Type: "integer"),
        new("Node Selector", row => TableRow.Selector(row.At("spec", "template", "spec", "nodeSelector"))),
        TableColumn.Age,
        WorkloadColumns.Containers,
        WorkloadColumns.Images,
        WorkloadColumns.Selector,
    ];
}
