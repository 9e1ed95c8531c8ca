using YarpIngress.Proxy;
using YarpIngress.Proxy.Routing;

namespace YarpIngress.Observability.Dashboard.Api;

/// <summary><c>/api/routes</c>: what is matched, and where it leads.</summary>
internal static class RoutesApi
{
    public static Listing<RouteRow> Answer(DashboardSource source, ListQuery query)
    {
        var found = new List<(ProxyRoute Route, HostEntry<ProxyRoute> Entry)>();
        var total = 0;
        foreach (var entry in source.Routing.Routes.All)
        {
            foreach (var route in entry.Routes)
            {
                total++;
                if (Matches(route, query))
                    found.Add((route, entry));
            }
        }
        return Listing.Page(total, [.. found], Compare, query, Row);
    }

    private static bool Matches(ProxyRoute route, ListQuery query) =>
        route.Route is { } model
        && (query.Kind == "Service"
            ? query.Names(model.Backend.Namespace, model.Backend.Service)
            : query.Names(model.Ingress.Namespace, model.Ingress.Name))
        && query.Matches(
            route.Host, model.Path, model.Ingress.Namespace, model.Ingress.Name, model.Backend.Service, model.Backend.Port);

    private static bool IsDefault((ProxyRoute Route, HostEntry<ProxyRoute> Entry) found) =>
        ReferenceEquals(found.Route, found.Entry.Default);

    private static int Compare((ProxyRoute Route, HostEntry<ProxyRoute> Entry) a, (ProxyRoute Route, HostEntry<ProxyRoute> Entry) b)
    {
        var byHost = string.CompareOrdinal(a.Route.Host, b.Route.Host);
        if (byHost != 0)
            return byHost;
        return IsDefault(a) != IsDefault(b)
            ? IsDefault(a).CompareTo(IsDefault(b))
            : string.CompareOrdinal(a.Route.Route?.Path, b.Route.Route?.Path);
    }

    private static RouteRow Row((ProxyRoute Route, HostEntry<ProxyRoute> Entry) found)
    {
        var (route, entry) = found;
        var isDefault = IsDefault(found);
        var model = route.Route;
        var (ready, known) = BackendHealth.Count(route.Backend);
        return new RouteRow(
            route.Host, isDefault ? "" : model?.Path ?? "", isDefault ? "Default" : model?.Match.ToString() ?? "",
            model?.Ingress.Namespace ?? "", model?.Ingress.Name ?? "",
            route.Backend.Key.Service, route.Backend.Key.Port, ready, known,
            entry.Passthrough?.Policy.Backend is { } passed ? $"{passed.Service}:{passed.Port}" : "");
    }
}

/// <summary>One path of one host.</summary>
/// <param name="Host">The host; empty for any.</param>
/// <param name="Path">The path; empty for the host's default.</param>
/// <param name="Match">How the path is matched; <c>Default</c> for what no path matches.</param>
/// <param name="Namespace">Namespace of the Ingress and of the Service.</param>
/// <param name="Ingress">The Ingress that it comes from.</param>
/// <param name="Service">The Service that it leads to; empty when the backend is none.</param>
/// <param name="Port">The Service's port as the Ingress has it.</param>
/// <param name="Ready">Endpoints that take traffic.</param>
/// <param name="Endpoints">Endpoints in all.</param>
/// <param name="PassedTo">The Service and port that TLS of the host goes to as it is; empty where it ends at the gateway.</param>
internal sealed record RouteRow(
    string Host, string Path, string Match, string Namespace, string Ingress, string Service, string Port, int Ready, int Endpoints,
    string PassedTo);
