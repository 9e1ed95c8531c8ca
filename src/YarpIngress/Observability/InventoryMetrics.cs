using YarpIngress.Controller;
using YarpIngress.Observability.Dashboard.Api;
using YarpIngress.Observability.Metrics;
using YarpIngress.Translation.Model;

namespace YarpIngress.Observability;

/// <summary>How many of everything is served, by state; counted when somebody asks.</summary>
internal static class InventoryMetrics
{
    /// <summary>Adds them.</summary>
    public static void AddInventory(this MetricRegistry registry, RecentInventory inventory, LiveObjects live)
    {
        registry.ReadGauge("routes", "Paths of hosts, and their defaults.", () => inventory.Now().Routes);
        registry.Add(new ReadMetric(
            registry.Prefix + "backends",
            "Service ports that routes lead to: ready, degraded while endpoints are left out since requests failed there, or empty.",
            "gauge", ["state"], hasConstantLabels: true, () => Backends(inventory.Now())));
        registry.Add(new ReadMetric(
            registry.Prefix + "endpoints",
            "Endpoints of these backends: ready, or left_out for a while since requests failed there.",
            "gauge", ["state"], hasConstantLabels: true, () => Endpoints(inventory.Now())));
        registry.Add(new ReadMetric(
            registry.Prefix + "orphan_ingress",
            "1 for an Ingress with a backend that can't serve, no-service or no-endpoint; others have no series.",
            "gauge", ["namespace", "ingress", "type"], hasConstantLabels: true, () => Orphans(live.Problems)));
    }

    private static IEnumerable<ReadMetric.Sample> Backends(Inventory now) =>
    [
        new(now.Backends - now.BackendsEmpty - now.BackendsDegraded, BackendStates.Ready),
        new(now.BackendsDegraded, BackendStates.Degraded),
        new(now.BackendsEmpty, BackendStates.Empty),
    ];

    private static IEnumerable<ReadMetric.Sample> Endpoints(Inventory now) =>
        [new(now.Endpoints - now.EndpointsLeftOut, "ready"), new(now.EndpointsLeftOut, "left_out")];

    private static IEnumerable<ReadMetric.Sample> Orphans(IEnumerable<Problem> problems) => problems
        .Where(problem => problem.Object.Kind == "Ingress")
        .Select(problem => (problem.Object.Key, Type: OrphanType(problem.Reason)))
        .Where(orphan => orphan.Type.Length > 0)
        .Distinct()
        .Select(orphan => new ReadMetric.Sample(1, orphan.Key.Namespace, orphan.Key.Name, orphan.Type));

    private static string OrphanType(string reason) => reason switch
    {
        ProblemReasons.ServiceNotFound or ProblemReasons.ServicePortNotFound => "no-service",
        ProblemReasons.NoEndpoints => "no-endpoint",
        _ => "",
    };
}
