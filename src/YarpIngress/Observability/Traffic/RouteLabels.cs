using YarpIngress.Translation.Model;
using Route = YarpIngress.Translation.Model.Route;

namespace YarpIngress.Observability.Traffic;

/// <summary>What the series of a route are labelled with; all empty for requests without a route.</summary>
/// <param name="Host">The host that the Ingress names, <see cref="AnyHost"/> for none.</param>
/// <param name="Path">The path that the Ingress names.</param>
/// <param name="Namespace">Namespace of the Ingress, and of the Service.</param>
/// <param name="Ingress">Name of the Ingress.</param>
/// <param name="Service">Name of the Service.</param>
/// <param name="Canary">The backend that took the request instead; empty for none.</param>
internal readonly record struct RouteLabels(
    string Host, string Path, string Namespace, string Ingress, string Service, string Canary = "")
{
    /// <summary>ingress-nginx's name of the server for hosts that no Ingress names.</summary>
    public const string AnyHost = "_";

    /// <summary>For requests that no route serves.</summary>
    public static RouteLabels Unrouted { get; } = new(AnyHost, "", "", "", "");

    /// <summary>Of a route; without a model it is the one to the global default backend, which has no Ingress.</summary>
    public static RouteLabels Of(string host, Route? route, BackendKey backend) => new(
        host.Length == 0 ? AnyHost : host,
        route?.Path ?? "/",
        route?.Ingress.Namespace ?? backend.Namespace,
        route?.Ingress.Name ?? "",
        backend.Service);
}
