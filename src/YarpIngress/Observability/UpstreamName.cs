using YarpIngress.Translation.Model;

namespace YarpIngress.Observability;

/// <summary>ingress-nginx's name of a backend, which logs and dashboards know.</summary>
internal static class UpstreamName
{
    /// <summary><c>namespace-service-port</c>.</summary>
    public static string Of(BackendKey backend) => $"{backend.Namespace}-{backend.Service}-{backend.Port}";
}
