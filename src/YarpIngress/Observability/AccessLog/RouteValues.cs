using YarpIngress.Kubernetes;
using YarpIngress.Observability.Traffic;
using YarpIngress.Translation.Model;

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
        Name(line, route.Backend.Key);
    }

    public static void Canary(LogLine line, in LogEntry entry)
    {
        if (entry.Request.CanaryBackend is { } canary)
            Name(line, canary.Key);
    }

    // As UpstreamName has it, without making a text of it.
    private static void Name(LogLine line, BackendKey backend)
    {
        line.Text(backend.Namespace);
        line.Raw("-"u8);
        line.Text(backend.Service);
        line.Raw("-"u8);
        line.Text(backend.Port);
    }
}
