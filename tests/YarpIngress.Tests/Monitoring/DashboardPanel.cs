using System.Text.Json;

namespace YarpIngress.Tests.Monitoring;

/// <summary>A query of a panel of a dashboard, as Grafana sends it with every variable at "All".</summary>
/// <param name="Title">The panel's.</param>
/// <param name="Query">Ready for Prometheus.</param>
internal sealed record DashboardPanel(string Title, string Query)
{
    /// <summary>The queries of a file of <c>manifests/monitoring</c>.</summary>
    public static IReadOnlyList<DashboardPanel> Of(string name)
    {
        using var dashboard = JsonDocument.Parse(MonitoringFiles.Read(name));
        var variables = dashboard.RootElement.GetProperty("templating").GetProperty("list").EnumerateArray()
            .Select(variable => variable.GetProperty("name").GetString() ?? "").Where(variable => variable != "datasource").ToArray();
        return
        [
            .. from panel in dashboard.RootElement.GetProperty("panels").EnumerateArray()
               where panel.TryGetProperty("targets", out _)
               from target in panel.GetProperty("targets").EnumerateArray()
               select new DashboardPanel(
                   panel.GetProperty("title").GetString() ?? "", Filled(target.GetProperty("expr").GetString() ?? "", variables)),
        ];
    }

    /// <summary>What the lists of variables offer: names of labels of series.</summary>
    public static IReadOnlyList<string> VariableQueries(string name)
    {
        using var dashboard = JsonDocument.Parse(MonitoringFiles.Read(name));
        return
        [
            .. from variable in dashboard.RootElement.GetProperty("templating").GetProperty("list").EnumerateArray()
               where variable.GetProperty("type").GetString() == "query"
               let text = variable.GetProperty("definition").GetString() ?? ""
               let parts = text["label_values(".Length..^1].Split(", ")
               select $"count by ({parts[^1]}) ({Filled(string.Join(", ", parts[..^1]), ["class", "pod", "namespace", "ingress"])})",
        ];
    }

    private static string Filled(string query, IEnumerable<string> variables)
    {
        query = query.Replace("$__rate_interval", "10s", StringComparison.Ordinal).Replace("[5m]", "[10s]", StringComparison.Ordinal);
        foreach (var variable in variables.OrderByDescending(one => one.Length))
            query = query.Replace($"${variable}", ".*", StringComparison.Ordinal);
        return query;
    }
}
