namespace YarpIngress.LocalCluster.Tables;

internal static class DeploymentColumns
{
    public static IReadOnlyList<TableColumn> All { get; } =
    [
        TableColumn.ObjectName,
        new("Ready", row => $"{row.Number("status", "readyReplicas")}/{row.Number("spec", "replicas")}"),
        new("Up-to-date", row => row.Number("status", "updatedReplicas"), Type: "integer"),
        new("Available", row => row.Number("status", "availableReplicas"), Type: "integer"),
        TableColumn.Age,
        WorkloadColumns.Containers,
        WorkloadColumns.Images,
        WorkloadColumns.Selector,
    ];
}
