namespace YarpIngress.LocalCluster.Tables;

internal static class ReplicaSetColumns
{
    public static IReadOnlyList<TableColumn> All { get; } =
    [
        TableColumn.ObjectName,
        new("Desired", row => row.Number("spec", "replicas"), Type: "integer"),
        new("Current", row => row.Number("status", "replicas"), Type: "integer"),
        new("Ready", row => row.Number("status", "readyReplicas"), Type: "integer"),
        TableColumn.Age,
        WorkloadColumns.Containers,
        WorkloadColumns.Images,
        WorkloadColumns.Selector,
    ];
}
