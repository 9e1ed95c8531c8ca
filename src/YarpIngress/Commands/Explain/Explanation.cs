using YarpIngress.Kubernetes;
using YarpIngress.Translation.Model;
using Route = YarpIngress.Translation.Model.Route;

namespace YarpIngress.Commands.Explain;

/// <summary>Why a request is served as it is.</summary>
internal sealed record Explanation
{
    /// <summary>The request.</summary>
    public required ExplainedRequest Request { get; init; }

    /// <summary>The virtual host that the request falls into; null when there is none.</summary>
    public required string? Host { get; init; }

    /// <summary>What serves it; null when nothing does.</summary>
    public required ExplainedRoute? Route { get; init; }

    /// <summary>The backend that serves it; null when nothing does.</summary>
    public required BackendTranslation? Backend { get; init; }

    /// <summary>How many endpoints the backend's Service has that take no traffic now.</summary>
    public required int Unready { get; init; }

    /// <summary>The certificate that a TLS client is shown.</summary>
    public required ExplainedCertificate Certificate { get; init; }

    /// <summary>Rules that name the host, or could have served it, and did not win.</summary>
    public required IReadOnlyList<ExplainedLoser> Losers { get; init; }

    /// <summary>Rules of the same host that do not match the path and are not in <see cref="Losers"/>, for there are too many.</summary>
    public required int MoreUnmatched { get; init; }

    /// <summary>Every problem of the objects above.</summary>
    public required IReadOnlyList<Problem> Problems { get; init; }

    /// <summary>What the client gets: 0 when a pod answers, else the status that the gateway answers with.</summary>
    public int GatewayStatus => Route is null ? 404 : Backend is null || Backend.Backend.Endpoints.Count == 0 ? 503 : 0;
}

/// <summary>The route that won.</summary>
/// <param name="Kind">How it was found.</param>
/// <param name="Route">The route; null for the global default backend.</param>
/// <param name="Field">Where it stands in the Ingress.</param>
/// <param name="Selection">Why the Ingress is ours; empty for the global default backend.</param>
/// <param name="Backend">Where requests go.</param>
internal sealed record ExplainedRoute(RouteKind Kind, Route? Route, string Field, string Selection, BackendKey Backend);

/// <summary>How a route was found.</summary>
internal enum RouteKind
{
    /// <summary>By its path.</summary>
    Path,

    /// <summary>As the default backend of the Ingress.</summary>
    IngressDefault,

    /// <summary>As <c>--default-backend-service</c>.</summary>
    GlobalDefault,
}

/// <summary>The certificate that is shown to a TLS client.</summary>
/// <param name="Secret">Its Secret; null for the self-signed one.</param>
/// <param name="Certificate">The certificate; null for the self-signed one.</param>
/// <param name="IsDefault">Whether it is shown for want of one of the host's own.</param>
internal sealed record ExplainedCertificate(ObjectKey? Secret, Certificate? Certificate, bool IsDefault);

/// <summary>A rule that did not win.</summary>
/// <param name="Ingress">Its Ingress.</param>
/// <param name="Field">Where it stands; empty for the Ingress as a whole.</param>
/// <param name="Rule">Such as <c>Prefix /cart</c>.</param>
/// <param name="Reason">Why it did not.</param>
internal sealed record ExplainedLoser(ObjectKey Ingress, string Field, string Rule, string Reason);
