using System.Collections.Frozen;

namespace YarpIngress.Translation.Settings;

/// <summary>
/// The variables that a log format may hold; what each is, is with its value: <c>Observability/AccessLog/LogVariables</c>.
/// </summary>
public static class LogVariableNames
{
    /// <summary>What is named as a whole.</summary>
    public static readonly FrozenSet<string> Single = FrozenSet.Create(
        "args", "best_http_host", "body_bytes_sent", "bytes_sent", "connection", "content_length", "content_type", "host", "hostname",
        "https", "ingress_name", "is_args", "location_path", "msec", "namespace", "pid", "pipe", "proxy_alternative_upstream_name",
        "proxy_host", "proxy_protocol_addr", "proxy_upstream_name", "query_string", "realip_remote_addr", "remote_addr",
        "remote_port", "remote_user", "req_id", "request", "request_id", "request_length", "request_method", "request_time",
        "request_uri", "scheme", "server_addr", "server_name",
        "server_port", "server_protocol", "service_name", "service_port", "ssl_cipher", "ssl_protocol", "ssl_server_name", "status",
        "the_real_ip", "time_iso8601", "time_local", "upstream_addr", "upstream_bytes_received", "upstream_bytes_sent",
        "upstream_cache_status", "upstream_connect_time", "upstream_header_time", "upstream_response_length", "upstream_response_time",
        "upstream_status", "uri");

    /// <summary>What a line about a TCP connection or a UDP session may hold.</summary>
    public static readonly FrozenSet<string> Stream = FrozenSet.Create(
        "bytes_received", "bytes_sent", "msec", "protocol", "remote_addr", "remote_port", "server_port", "session_time",
        "ssl_preread_server_name", "status", "time_iso8601", "time_local", "upstream_addr");

    /// <summary>What is named with something after it, such as a header: <c>$http_user_agent</c> is User-Agent.</summary>
    public static readonly IReadOnlyList<string> Families =
        ["http_", "sent_http_", "upstream_http_", "cookie_", "arg_", "geoip2_", "ssl_client_", "route_metadata_"];

    /// <summary>The names in a format that are no variables, each once.</summary>
    public static IReadOnlyList<string> UnknownIn(string format) =>
    [
        .. LogFormatText.Read(format).Select(piece => piece.Variable).OfType<string>().Where(name => !IsKnown(name)).Distinct(),
    ];

    /// <summary>The same for a format of TCP connections and UDP sessions.</summary>
    public static IReadOnlyList<string> UnknownOfStreams(string format) =>
    [
        .. LogFormatText.Read(format).Select(piece => piece.Variable).OfType<string>().Where(name => !Stream.Contains(name)).Distinct(),
    ];

    private static bool IsKnown(string name) =>
        Single.Contains(name)
        || Families.Any(family => name.Length > family.Length && name.StartsWith(family, StringComparison.Ordinal));
}
