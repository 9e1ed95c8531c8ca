namespace YarpIngress.Observability.Admin;

/// <summary>What the admin port shows.</summary>
/// <param name="Health">Parts whose failure a restart would help.</param>
/// <param name="Readiness">Parts that decide whether this replica should get traffic.</param>
/// <param name="Metrics">Answers scrapes.</param>
/// <param name="Dashboard">The dashboard, explanations included.</param>
internal sealed record AdminSource(
    Func<IReadOnlyList<PartHealth>> Health,
    Func<IReadOnlyList<PartHealth>> Readiness,
    RequestDelegate Metrics,
    RequestDelegate Dashboard);
