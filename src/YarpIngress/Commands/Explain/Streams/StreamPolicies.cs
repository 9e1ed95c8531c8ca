using System.Globalization;
using YarpIngress.Kubernetes;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Commands.Explain.Streams;

/// <summary>What applies to a TCP or UDP port, where it comes from, and what it does.</summary>
internal static class StreamPolicies
{
    private static readonly StreamSettings Default = new();

    public static IReadOnlyList<ExplainedPolicy> Of(StreamTranslation stream, StreamSettings settings, ObjectKey? global)
    {
        var policies = new List<ExplainedPolicy>();
        var isTcp = stream.Port.Key.Protocol is StreamProtocol.Tcp;
        var entry = string.Create(CultureInfo.InvariantCulture, $"ConfigMap {stream.Source.Key} data.{stream.Port.Key.Port}");
        if (stream.Port.TakesProxyHeader)
            policies.Add(new(
                "PROXY", "from clients", entry,
                "a connection begins with a header of the PROXY protocol, which says who the client is; others are closed"));
        if (stream.Port.SendsProxyHeader)
            policies.Add(new("PROXY", "to endpoints", entry, "an endpoint is told who the client is by a header of the PROXY protocol"));
        if (stream.IsByClient)
            policies.Add(new(
                "sessionAffinity", "ClientIP", $"Service {stream.Port.Backend.Namespace}/{stream.Port.Backend.Service}",
                "a client always gets the same endpoint while that takes traffic"));
        policies.Add(new(
            "proxy-stream-timeout", Seconds(settings.IdleTimeout), From(settings.IdleTimeout == Default.IdleTimeout),
            isTcp ? "a connection on which nothing moves for so long is closed" : "a session in which nothing moves for so long ends"));
        if (!isTcp)
        {
            policies.Add(new(
                "proxy-stream-responses", settings.Responses.ToString(CultureInfo.InvariantCulture),
                From(settings.Responses == Default.Responses), "with so many datagrams for each of the client's its session ends"));
            return policies;
        }
        policies.Add(settings.NextUpstream
            ? new(
                "proxy-stream-next-upstream-tries", settings.NextUpstreamTries.ToString(CultureInfo.InvariantCulture),
                From(settings.NextUpstreamTries == Default.NextUpstreamTries),
                "so many endpoints are tried, 0 for all, when one takes no connection")
            : new("proxy-stream-next-upstream", "false", From(false), "no other endpoint is tried when one takes no connection"));
        return policies;

        string From(bool isDefault) => isDefault || global is null ? "default" : $"ConfigMap {global}";
    }

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###}s");
}
