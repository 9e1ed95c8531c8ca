using YarpIngress.Kubernetes;
using YarpIngress.Observability.Traffic;

namespace YarpIngress.Observability.AccessLog;

/// <summary>What the log says of the route.</summary>
internal static class RouteValues
{
    public static ObjectKey? Ingress(in LogEntry entry) => entry.Request.Chosen?.Route?.Ingress;

    public static void Server(LogLine line, in LogEntry entry) =>
        line.Text(entry.Request.Chosen?.Host is { Length: > 0 } host ? host : RouteLabels.AnyHost);

    public static void Upstream(LogLine line, in LogEntry entry)
    {
        if (entry.Request.Chosen is not { } route)
        {
            line.Nothing();
            return;
        }
        if (route.Route is null)
        {
            line.Raw("upstream-default-backend"u8);
            return;
        }
        line.Raw(route.Backend.LogName);
    }

    public static void Canary(LogLine line, in LogEntry entry)
    {
        if (entry.Request.CanaryBackend is { } canary)
            line.Raw(canary.LogName);
    }
}
