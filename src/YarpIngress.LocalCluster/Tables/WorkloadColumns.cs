using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Tables;

/// <summary>Columns that Deployments and ReplicaSets share: their pods' containers, images and selector.</summary>
internal static class WorkloadColumns
{
    public static TableColumn Containers { get; } = new("Containers", row => Join(row, "name"), Wide: true);

    public static TableColumn Images { get; } = new("Images", row => Join(row, "image"), Wide: true);

    public static TableColumn Selector { get; } = new("Selector", row => LabelSelectorText.Of(row.At("spec", "selector")), Wide: true);

    private static string Join(TableRow row, string field) =>
        string.Join(',', row.Items("spec", "template", "spec", "containers").Select(c => c[field].AsString()));
}
