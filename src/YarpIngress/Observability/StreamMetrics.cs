using System.Globalization;
using YarpIngress.Layer4.Streams;
using YarpIngress.Observability.Metrics;
using YarpIngress.Translation.Model;

namespace YarpIngress.Observability;

/// <summary>TCP and UDP ports. A series goes with its port.</summary>
internal static class StreamMetrics
{
    /// <summary>Adds them.</summary>
    public static void AddStreams(this MetricRegistry registry, StreamServer streams)
    {
        Add("stream_connections", "Open connections to TCP ports, and open sessions of UDP ports.", "gauge", counts => counts.Open);
        Add("stream_connections_total", "Connections to TCP ports, and sessions of UDP ports, that were begun.", "counter",
            counts => counts.Accepted);
        Add("stream_refused_total",
            "Connections that were closed and datagrams that were dropped: no endpoint took them, there were too many, or a header of the "
            + "PROXY protocol was missing.", "counter", counts => counts.Refused);
        Add("stream_connect_failures_total", "Endpoints that took no connection, or refused a datagram.", "counter",
            counts => counts.Unreachable);
        Add("stream_received_bytes_total", "Bytes of clients that went to endpoints.", "counter", counts => counts.Bytes.Received);
        Add("stream_sent_bytes_total", "Bytes of endpoints that went to clients.", "counter", counts => counts.Bytes.Sent);
        registry.Add(new ReadMetric(
            registry.Prefix + "stream_datagrams_total", "Datagrams of UDP ports: received from clients, and sent to them.", "counter",
            ["protocol", "port", "direction"], hasConstantLabels: true,
            () => streams.Open.Where(listener => listener.Current.Port.Key.Protocol is StreamProtocol.Udp).SelectMany(listener =>
                (ReadMetric.Sample[])[Of(listener, listener.Counts.Received, "received"), Of(listener, listener.Counts.Sent, "sent")])));

        void Add(string name, string help, string type, Func<StreamCounts, double> read) => registry.Add(new ReadMetric(
            registry.Prefix + name, help, type, ["protocol", "port"], hasConstantLabels: true,
            () => streams.Open.Select(listener => Of(listener, read(listener.Counts)))));
    }

    private static ReadMetric.Sample Of(StreamListener listener, double value, params IReadOnlyList<string> more)
    {
        var key = listener.Current.Port.Key;
        return new(value, [key.Protocol is StreamProtocol.Tcp ? "tcp" : "udp", key.Port.ToString(CultureInfo.InvariantCulture), .. more]);
    }
}
