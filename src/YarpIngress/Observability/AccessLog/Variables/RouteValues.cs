using YarpIngress.Kubernetes;
using YarpIngress.Observability.Traffic;
using YarpIngress.Pipeline.OutputCache;

namespace YarpIngress.Observability.AccessLog.Variables;

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

    /// <summary>In nginx's words, which has a request that waited for another one's answer as a hit.</summary>
    public static void Cache(LogLine line, in LogEntry entry)
    {
        switch (entry.Request.CacheUse)
        {
            case CacheUse.Hit or CacheUse.Shared:
                line.Raw("HIT"u8);
                break;
            case CacheUse.Miss:
                line.Raw("MISS"u8);
                break;
            case CacheUse.Bypass:
                line.Raw("BYPASS"u8);
                break;
            default:
                line.Nothing();
                break;
        }
    }

    public static void Metadata(LogLine line, in LogEntry entry, string name)
    {
        foreach (var item in entry.Request.Policies.Metadata)
        {
            if (IsNamed(item.Name, name))
            {
                line.Text(item.Value);
                return;
            }
        }
        line.Nothing();
    }

    // As nginx makes variables of headers: in lower case, with underscores for all that a variable can't have.
    private static bool IsNamed(string item, string variable)
    {
        if (item.Length != variable.Length)
            return false;
        for (var i = 0; i < item.Length; i++)
            if ((char.IsAsciiLetterOrDigit(item[i]) ? char.ToLowerInvariant(item[i]) : '_') != variable[i])
                return false;
        return true;
    }
}
