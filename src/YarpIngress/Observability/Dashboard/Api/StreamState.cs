using YarpIngress.Layer4.Streams;

namespace YarpIngress.Observability.Dashboard.Api;

/// <summary>A TCP or UDP port that is listened on.</summary>
/// <param name="Port">Such as <c>tcp/5432</c>.</param>
/// <param name="Service">The Service port behind it.</param>
/// <param name="ProxyProtocol">Where headers of the PROXY protocol are: <c>from clients</c>, <c>to endpoints</c>, both; else empty.</param>
/// <param name="Endpoints">The endpoints that take traffic now.</param>
/// <param name="Open">Open connections or sessions.</param>
/// <param name="Total">Those that were begun.</param>
/// <param name="Refused">Connections that were closed, and datagrams that were dropped.</param>
/// <param name="Received">Bytes of clients.</param>
/// <param name="Sent">Bytes of endpoints.</param>
internal sealed record StreamState(
    string Port, string Service, string ProxyProtocol, IReadOnlyList<string> Endpoints, int Open, long Total, long Refused, long Received,
    long Sent)
{
    /// <summary>All of them, by protocol and port.</summary>
    public static IReadOnlyList<StreamState> Of(StreamServer streams) =>
    [
        .. streams.Open.OrderBy(one => one.Current.Port.Key.Protocol).ThenBy(one => one.Current.Port.Key.Port).Select(Of),
    ];

    private static StreamState Of(StreamListener listener)
    {
        var (port, counts) = (listener.Current.Port, listener.Counts);
        return new(
            port.Key.ToString(), port.Backend.ToString(), port.ProxyProtocol ?? "",
            [.. listener.Current.Endpoints.Select(endpoint => endpoint.ToString())], counts.Open, counts.Accepted, counts.Refused,
            counts.Bytes.Received, counts.Bytes.Sent);
    }
}
