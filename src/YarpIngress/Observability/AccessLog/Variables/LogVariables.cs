namespace YarpIngress.Observability.AccessLog.Variables;

/// <summary>Every variable that is known, with its meaning: the single source of the log and of its documentation.</summary>
internal static class LogVariables
{
    /// <summary>The writer of what is not known.</summary>
    public static readonly LogValue Unknown = (line, in _) => line.Nothing();

    /// <summary>All that have one name.</summary>
    public static IReadOnlyList<LogVariable> All { get; } =
    [
        // The request.
        LogVariable.Of("request", "First line of the request.", RequestValues.Line),
        LogVariable.Of("request_method", "Method.", (line, in entry) => line.Text(entry.Context.Request.Method)),
        LogVariable.Of("request_uri", "Target as it was sent, query included.", (line, in entry) => line.Text(RequestValues.Target(entry))),
        LogVariable.Of("uri", "Path as it was sent, without the query.", RequestValues.Path),
        LogVariable.Of("args", "Query without the question mark.", RequestValues.Query),
        LogVariable.Of("query_string", "The same as args.", RequestValues.Query),
        LogVariable.Of("is_args", "A question mark when there is a query.",
            (line, in entry) => line.Raw(RequestValues.Target(entry).Contains('?') ? "?"u8 : default)),
        LogVariable.Of("server_protocol", "Such as HTTP/1.1 or HTTP/2.0.", RequestValues.Protocol),
        LogVariable.Of("scheme", "http or https.", (line, in entry) => line.Raw(entry.Context.Request.IsHttps ? "https"u8 : "http"u8)),
        LogVariable.Of("https", "on over TLS.", (line, in entry) => line.Raw(entry.Context.Request.IsHttps ? "on"u8 : default)),
        LogVariable.Of("host", "Host of the request in lower case, without port.", RequestValues.Host),
        LogVariable.Of("best_http_host", "Host header as it was sent.", (line, in entry) => RequestValues.Header(line, entry, "Host")),
        LogVariable.Of("content_length", "Content-Length of the request.",
            (line, in entry) => RequestValues.Header(line, entry, "Content-Length")),
        LogVariable.Of(
            "content_type", "Content-Type of the request.", (line, in entry) => RequestValues.Header(line, entry, "Content-Type")),
        LogVariable.Of("remote_user", "User name of Basic authentication, whether it was checked or not.", RequestValues.User),
        LogVariable.Of("request_id", "X-Request-ID of the request, the client's or a generated one.", RequestValues.Id),
        LogVariable.Of("req_id", "The same as request_id.", RequestValues.Id),
        LogVariable.Of("request_length", "Bytes of the request: first line, headers, body.",
            (line, in entry) => line.Number(entry.Sample.RequestLength)),
        LogVariable.Of("request_time", "Seconds from the end of the request's headers to the end of the answer.",
            (line, in entry) => line.Seconds(entry.Sample.Duration)),


        // The connection.
        LogVariable.Of("remote_addr", "Address of the client.", ConnectionValues.RemoteAddress),
        LogVariable.Of("the_real_ip", "The same as remote_addr.", ConnectionValues.RemoteAddress),
        LogVariable.Of("realip_remote_addr", "Address that is connected: the client, or a proxy in front.", ConnectionValues.PeerAddress),
        LogVariable.Of("proxy_protocol_addr", "Address of the client as the PROXY protocol of a trusted proxy says.",
            ConnectionValues.ProxiedAddress),
        LogVariable.Of("remote_port", "Port of the client.", (line, in entry) => line.Number(entry.Context.Connection.RemotePort)),
        LogVariable.Of("server_addr", "Address that the client connected to.", ConnectionValues.LocalAddress),
        LogVariable.Of(
            "server_port", "Port that the client connected to.", (line, in entry) => line.Number(entry.Context.Connection.LocalPort)),
        LogVariable.Of("connection", "Id of the client's connection.", (line, in entry) => line.Text(entry.Context.Connection.Id)),
        LogVariable.Of("ssl_protocol", "Version of TLS, such as TLSv1.3.", ConnectionValues.TlsProtocol),
        LogVariable.Of("ssl_cipher", "Cipher suite, by its name in the IANA registry.",
            (line, in entry) => line.Text(ConnectionValues.Tls(entry)?.NegotiatedCipherSuite?.ToString())),
        LogVariable.Of("ssl_server_name", "Host that the client asked for in the TLS handshake.",
            (line, in entry) => line.Text(ConnectionValues.Tls(entry)?.HostName is { Length: > 0 } name ? name : null)),

        // The answer.
        LogVariable.Of("status", "Status of the answer; 499 when the client went away before it.", AnswerValues.Status),
        LogVariable.Of("body_bytes_sent", "Bytes of body that went to the client.", (line, in entry) => line.Number(entry.BodyBytesSent)),
        LogVariable.Of("bytes_sent", "Bytes that went to the client: status line, headers, body.",
            (line, in entry) => line.Number(entry.Sample.BytesSent)),

        // The time.
        LogVariable.Of("time_local", "When the request ended, such as 21/Nov/2026:03:42:57 +0000.",
            (line, in entry) => line.Raw(LogTime.At(entry.Time).Local)),
        LogVariable.Of("time_iso8601", "When the request ended, such as 2026-11-21T03:42:57+00:00.",
            (line, in entry) => line.Raw(LogTime.At(entry.Time).Iso8601)),
        LogVariable.Of("msec", "When the request ended, in seconds since 1970 with milliseconds.", AnswerValues.UnixTime),

        // The route.
        LogVariable.Of("namespace", "Namespace of the Ingress.", (line, in entry) => line.Text(RouteValues.Ingress(entry)?.Namespace)),
        LogVariable.Of("ingress_name", "Name of the Ingress.", (line, in entry) => line.Text(RouteValues.Ingress(entry)?.Name)),
        LogVariable.Of("service_name", "Name of the Service.", (line, in entry) => line.Text(entry.Request.Chosen?.Backend.Key.Service)),
        LogVariable.Of("service_port", "Port of the Service, as the Ingress names it.",
            (line, in entry) => line.Text(entry.Request.Chosen?.Backend.Key.Port)),
        LogVariable.Of(
            "location_path", "Path of the rule in the Ingress.", (line, in entry) => line.Text(entry.Request.Chosen?.Route?.Path)),
        LogVariable.Of("server_name", "Host of the rule in the Ingress; _ for none.", RouteValues.Server),
        LogVariable.Of("proxy_upstream_name", "namespace-service-port of the backend; upstream-default-backend for the default one.",
            RouteValues.Upstream),
        LogVariable.Of("proxy_host", "The same as proxy_upstream_name.", RouteValues.Upstream),
        LogVariable.Of("proxy_alternative_upstream_name", "The same of the canary that took the request; empty for none.",
            RouteValues.Canary),

        LogVariable.Of("upstream_cache_status", "Of a route with an output-cache-policy: HIT, MISS or BYPASS; - for the others.",
            RouteValues.Cache),

        // The pods that were tried, separated by a comma and a blank when there were several.
        LogVariable.Of("upstream_addr", "Addresses of the pods that were tried.",
            UpstreamValues.Each(UpstreamValues.Address)),
        LogVariable.Of("upstream_status", "Their statuses; 502 or 504 for one that gave none.",
            UpstreamValues.Each(UpstreamValues.Status)),
        LogVariable.Of("upstream_response_time", "Seconds until their answers ended.",
            UpstreamValues.Each(UpstreamValues.ResponseTime)),
        LogVariable.Of("upstream_header_time", "Seconds until their answers' headers.",
            UpstreamValues.Each(UpstreamValues.HeaderTime)),
        LogVariable.Of("upstream_connect_time", "Seconds until the connections; 0.000 for one that was there, - when it is not known.",
            UpstreamValues.Each(UpstreamValues.ConnectTime)),
        LogVariable.Of("upstream_response_length", "Bytes of body that came from them.",
            UpstreamValues.Each(UpstreamValues.Length)),
        LogVariable.Of("upstream_bytes_received", "Bytes that came from them.",
            UpstreamValues.Each(UpstreamValues.BytesReceived)),
        LogVariable.Of("upstream_bytes_sent", "Bytes that went to them.",
            UpstreamValues.Each(UpstreamValues.BytesSent)),

        // The process.
        LogVariable.Of("hostname", "Name of the machine, which is the pod's.", Constant(Environment.MachineName)),
        LogVariable.Of("pid", "Id of this process.", (line, in _) => line.Number(Environment.ProcessId)),
        LogVariable.Of("pipe", "Always a dot: whether requests were pipelined is not known.", Constant(".")),
    ];

    /// <summary>Those that are named with something after it.</summary>
    public static IReadOnlyList<LogVariable> Families { get; } =
    [
        new("http_", "A header of the request: $http_user_agent is User-Agent.",
            rest => rest switch
            {
                // Those of the default format have a field of Kestrel's each, which costs no look-up.
                "referer" => RequestValues.Referer,
                "user_agent" => RequestValues.UserAgent,
                _ => Named(rest, (line, in entry, name) => RequestValues.Header(line, entry, name)),
            }),
        new("sent_http_", "A header of the answer.", rest => Named(rest, (line, in entry, name) => AnswerValues.Header(line, entry, name))),
        new("upstream_http_", "The same as sent_http_.",
            rest => Named(rest, (line, in entry, name) => AnswerValues.Header(line, entry, name))),
        new("cookie_", "A cookie of the request.", rest => (line, in entry) => RequestValues.Cookie(line, entry, rest)),
        new("arg_", "A parameter of the query, as it was sent.", rest => (line, in entry) => RequestValues.Argument(line, entry, rest)),
        new("route_metadata_", "Of the route's route-metadata: $route_metadata_cost_center is Cost-Center.",
            rest => (line, in entry) => RouteValues.Metadata(line, entry, rest)),
        new("geoip2_", "Always -: there is no GeoIP database.", _ => Unknown),
        new("ssl_client_", "Of a client's certificate that was taken, where the host asks for one: verify, s_dn and i_dn; - for "
            + "the others.", ConnectionValues.ClientCertificate),
    ];

    /// <summary>The writer of a variable; null for one that is not known.</summary>
    public static LogValue? Find(string name)
    {
        foreach (var variable in All)
            if (variable.Name == name)
                return variable.Value("");
        foreach (var family in Families)
            if (name.Length > family.Name.Length && name.StartsWith(family.Name, StringComparison.Ordinal))
                return family.Value(name[family.Name.Length..]);
        return null;
    }

    private delegate void HeaderValue(LogLine line, in LogEntry entry, string name);

    private static LogValue Constant(string text) => (line, in _) => line.Text(text);

    private static LogValue Named(string rest, HeaderValue value)
    {
        var name = rest.Replace('_', '-');
        return (line, in entry) => value(line, entry, name);
    }
}
