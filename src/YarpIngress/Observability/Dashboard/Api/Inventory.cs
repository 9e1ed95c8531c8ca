using YarpIngress.Translation.Model;

namespace YarpIngress.Observability.Dashboard.Api;

/// <summary>How many of everything there are.</summary>
internal sealed record Inventory(
    int Hosts,
    int Routes,
    int Backends,
    int BackendsEmpty,
    int BackendsDegraded,
    int Endpoints,
    int EndpointsLeftOut,
    int Certificates,
    int CertificatesSoon,
    int CertificatesExpired,
    int ProblemErrors,
    int ProblemWarnings)
{
    /// <summary>Walks everything once.</summary>
    public static Inventory Count(DashboardSource source)
    {
        var uses = BackendUses.Count(source.Routing);
        var (empty, degraded, endpoints, leftOut) = (0, 0, 0, 0);
        foreach (var (backend, _) in uses)
        {
            var (ready, known) = BackendHealth.Count(backend);
            endpoints += known;
            leftOut += known - ready;
            if (known == 0)
                empty++;
            else if (ready < known)
                degraded++;
        }
        var now = source.Time.GetUtcNow().UtcDateTime;
        var certificates = source.Objects.Certificates.Select(certificate => CertificateStates.Of(certificate, now)).ToArray();
        var problems = source.Objects.Problems.Select(problem => problem.Severity).ToArray();
        return new Inventory(
            source.Routing.Routes.Count,
            uses.Sum(use => use.Value),
            uses.Count,
            empty,
            degraded,
            endpoints,
            leftOut,
            certificates.Length,
            certificates.Count(state => state == CertificateStates.Soon),
            certificates.Count(state => state == CertificateStates.Expired),
            problems.Count(severity => severity == ProblemSeverity.Error),
            problems.Count(severity => severity == ProblemSeverity.Warning));
    }
}
