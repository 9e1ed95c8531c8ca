using YarpIngress.Observability.Dashboard.Traffic;
using YarpIngress.Observability.Metrics;
using YarpIngress.Observability.Runtime;
using YarpIngress.Pipeline.Forwarding.Http1;
using YarpIngress.Proxy.Listeners;

namespace YarpIngress.Observability;

/// <summary>The connections of clients, as nginx's stub_status has them.</summary>
internal static class ConnectionMetrics
{
    /// <summary>Adds them.</summary>
    /// <param name="registry">Where to.</param>
    /// <param name="ports">Where connections are accepted.</param>
    /// <param name="meters">Kestrel's figures.</param>
    /// <param name="pools">Connections to pods: those in use have a request of a client on them.</param>
    /// <param name="traffic">All requests since the start.</param>
    public static void AddConnections(
        this MetricRegistry registry, TrafficPorts ports, DotNetMeters meters, ConnectionPools pools, LiveTraffic traffic)
    {
        registry.Add(new ReadMetric(
            registry.Prefix + "nginx_process_connections",
            "Connections of clients: active ones in all, reading while they have not sent a request yet or shake hands, writing while a "
            + "pod serves them over plain HTTP/1.1, waiting for the rest.",
            "gauge", ["state"], hasConstantLabels: true, () => States(ports, meters, pools)));
        registry.Add(new ReadMetric(
            registry.Prefix + "nginx_process_connections_total",
            "Connections of clients: accepted, and handled, which are those that said something.",
            "counter", ["state"], hasConstantLabels: true,
            () => [new(ports.Loops.Sum(loop => loop.Accepted), "accepted"), new(ports.Loops.Sum(loop => loop.Handled), "handled")]));
        registry.ReadCounter("nginx_process_requests_total", "Requests of clients.", () => traffic.Snapshot().Sum());
    }

    private static IEnumerable<ReadMetric.Sample> States(TrafficPorts ports, DotNetMeters meters, ConnectionPools pools)
    {
        var silent = ports.Loops.Sum(loop => loop.Silent);
        var active = meters.Gauge(DotNetInstrument.ActiveConnections) + silent;
        var reading = silent + meters.Gauge(DotNetInstrument.ActiveHandshakes);
        var (open, idle) = pools.Connections();
        // Requests of HTTP/2 share a connection, so there may be more of them than connections.
        var writing = Math.Min(open - idle, Math.Max(0, active - reading));
        return
        [
            new(active, "active"),
            new(reading, "reading"),
            new(writing, "writing"),
            new(Math.Max(0, active - reading - writing), "waiting"),
        ];
    }
}
