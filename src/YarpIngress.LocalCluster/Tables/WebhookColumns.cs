namespace YarpIngress.LocalCluster.Tables;

internal static class WebhookColumns
{
    public static IReadOnlyList<TableColumn> All { get; } =
        [TableColumn.ObjectName, new("Webhooks", row => row.Count("webhooks"), Type: "integer"), TableColumn.Age];
}
