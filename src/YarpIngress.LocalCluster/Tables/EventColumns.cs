using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Tables;

internal static class EventColumns
{
    public static IReadOnlyList<TableColumn> All { get; } =
    [
        new("Last Seen", row => LastSeen(row)),
        new("Type", row => row.Text("type")),
        new("Reason", row => row.Text("reason")),
        new("Object", row => Object(row)),
        new("Subobject", row => row.Text("involvedObject", "fieldPath"), Wide: true),
        new("Source", row => Source(row), Wide: true),
        new("Message", row => row.Text("message").Trim()),
        new("First Seen", row => row.Age(First(row)), Wide: true),
        new("Count", row => Count(row), Wide: true, Type: "string"),
        TableColumn.ObjectName with { Wide = true },
    ];

    private static string LastSeen(TableRow row)
    {
        if (row.At("series") is not null)
            return row.Age(row.Text("series", "lastObservedTime"));
        return row.Text("lastTimestamp") is { Length: > 0 } last ? row.Age(last) : row.Age(First(row));
    }

    private static string First(TableRow row) => row.Text("firstTimestamp") is { Length: > 0 } first ? first : row.Text("eventTime");

    private static string Object(TableRow row)
    {
        var kind = row.Text("involvedObject", "kind").ToLowerInvariant();
        var name = row.Text("involvedObject", "name");
        return name.Length == 0 ? kind : $"{kind}/{name}";
    }

    private static string Source(TableRow row)
    {
        var component = row.TextOr(row.Text("reportingComponent"), "source", "component");
        var host = row.Text("source", "host");
        return host.Length == 0 ? component : $"{component}, {host}";
    }

    private static long Count(TableRow row)
    {
        if (row.At("series") is not null)
            return row.Number("series", "count");
        return row.At("count").AsInteger() is > 0 and var count ? count : 1;
    }
}
