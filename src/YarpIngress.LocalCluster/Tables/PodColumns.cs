using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Tables;

internal static class PodColumns
{
    public static IReadOnlyList<TableColumn> All { get; } =
    [
        TableColumn.ObjectName,
        new("Ready", row => $"{ReadyContainers(row)}/{row.Count("spec", "containers")}"),
        new("Status", row => Status(row)),
        new("Restarts", row => Restarts(row)),
        TableColumn.Age,
        new("IP", row => row.TextOr(TableRow.None, "status", "podIP"), Wide: true),
        new("Node", row => row.TextOr(TableRow.None, "spec", "nodeName"), Wide: true),
        new("Nominated Node", row => row.TextOr(TableRow.None, "status", "nominatedNodeName"), Wide: true),
        new("Readiness Gates", row => Gates(row), Wide: true),
    ];

    private static int ReadyContainers(TableRow row) =>
        row.Items("status", "containerStatuses").Count(c => IsTrue(c["ready"]) && c["state"]?["running"] is not null);

    /// <summary>The most telling reason: deletion, a container that waits or died, the pod's own reason, its phase.</summary>
    private static string Status(TableRow row)
    {
        var reason = row.TextOr(row.Text("status", "phase"), "status", "reason");
        var running = false;
        foreach (var container in row.Items("status", "containerStatuses").Reverse())
        {
            var state = container["state"];
            if (state?["waiting"]?["reason"].AsString() is { Length: > 0 } waiting)
                reason = waiting;
            else if (state?["terminated"]?["reason"].AsString() is { Length: > 0 } terminated)
                reason = terminated;
            else if (state?["terminated"] is JsonObject died)
                reason = died["signal"].AsInteger() is > 0 and var signal
                    ? $"Signal:{signal}"
                    : $"ExitCode:{died["exitCode"].AsInteger() ?? 0}";
            else if (IsTrue(container["ready"]) && state?["running"] is not null)
                running = true;
        }
        if (reason == "Completed" && running)
            reason = IsReady(row) ? "Running" : "NotReady";
        if (row.Text("metadata", "deletionTimestamp").Length == 0)
            return reason;
        if (row.Text("status", "reason") == "NodeLost")
            return "Unknown";
        return row.Text("status", "phase") is "Failed" or "Succeeded" ? reason : "Terminating";
    }

    private static string Restarts(TableRow row)
    {
        long restarts = 0;
        string? last = null;
        foreach (var container in row.Items("status", "containerStatuses"))
        {
            restarts += container["restartCount"].AsInteger() ?? 0;
            var finished = container["lastState"]?["terminated"]?["finishedAt"].AsString();
            if (string.CompareOrdinal(finished, last) > 0)
                last = finished;
        }
        return restarts > 0 && last is not null
            ? $"{restarts} ({row.Age(last)} ago)"
            : restarts.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static string Gates(TableRow row)
    {
        var gates = row.Items("spec", "readinessGates").Select(g => g["conditionType"].AsString()).ToList();
        if (gates.Count == 0)
            return TableRow.None;
        var ready = row.Items("status", "conditions")
            .Count(c => gates.Contains(c["type"].AsString()) && c["status"].AsString() == "True");
        return $"{ready}/{gates.Count}";
    }

    private static bool IsReady(TableRow row) =>
        row.Items("status", "conditions")
            .Any(c => c["type"].AsString() == "Ready" && c["status"].AsString() == "True");

    private static bool IsTrue(JsonNode? node) => node is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;
}
