using YarpIngress.Layer4.Passthrough;
using YarpIngress.Observability.Metrics;

namespace YarpIngress.Observability;

/// <summary>The connections that <c>ssl-passthrough</c> passes through; their requests are nobody's to count.</summary>
internal static class PassthroughMetrics
{
    /// <summary>Adds them.</summary>
    /// <param name="registry">Where to.</param>
    /// <param name="hosts">The hosts that there are.</param>
    /// <param name="perHost">Whether series tell hosts apart.</param>
    public static void AddPassthrough(this MetricRegistry registry, PassthroughHosts hosts, bool perHost)
    {
        string[] route = ["namespace", "ingress", "service", .. perHost ? ["host"] : Array.Empty<string>()];
        registry.Add(new ReadMetric(
            registry.Prefix + "ssl_passthrough_connections", "Open connections whose TLS is passed through to pods.", "gauge", route,
            hasConstantLabels: true, () => Sum(hosts, perHost, host => [("", host.Connections.Open)])));
        registry.Add(new ReadMetric(
            registry.Prefix + "ssl_passthrough_connections_total",
            "Connections that were passed through, or were to be, by how they ended.", "counter", ["end", .. route],
            hasConstantLabels: true,
            () => Sum(
                hosts, perHost,
                host => PassthroughEnds.All.Select(end => (PassthroughEnds.Label(end), (double)host.Connections.Ended(end))))));
        registry.Add(new ReadMetric(
            registry.Prefix + "ssl_passthrough_bytes_total",
            "Bytes that were passed through: received from clients, and sent to them.", "counter", ["direction", .. route],
            hasConstantLabels: true,
            () => Sum(hosts, perHost, host => [("received", host.Connections.Bytes.Received), ("sent", host.Connections.Bytes.Sent)])));
    }

    /// <summary>Hosts that are not told apart count together.</summary>
    private static IEnumerable<ReadMetric.Sample> Sum(
        PassthroughHosts hosts, bool perHost, Func<PassthroughHost, IEnumerable<(string Kind, double Value)>> values) =>
        from one in hosts.All
        from sample in values(one.Value)
        group sample.Value by (
            sample.Kind, one.Value.Policy.Ingress, one.Value.Policy.Backend.Service, Host: perHost ? one.Key : "") into series
        let sum = series.Sum()
        where sum > 0 || series.Key.Kind.Length == 0
        select new ReadMetric.Sample(sum, Labels(series.Key.Kind, series.Key.Ingress, series.Key.Service, series.Key.Host));

    private static string[] Labels(string kind, Kubernetes.ObjectKey ingress, string service, string host) =>
    [
        .. kind.Length > 0 ? [kind] : Array.Empty<string>(), ingress.Namespace, ingress.Name, service,
        .. host.Length > 0 ? [host] : Array.Empty<string>(),
    ];
}
