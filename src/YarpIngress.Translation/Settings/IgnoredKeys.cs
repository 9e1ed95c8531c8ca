namespace YarpIngress.Translation.Settings;

/// <summary>Keys of ingress-nginx that are known and change nothing here: each says why, unless its value asks for nothing.</summary>
internal static class IgnoredKeys
{
    private const string GeoIp = "no database of places is read";
    private const string OneLog = "logs go to standard output";

    /// <summary>By name.</summary>
    public static readonly IReadOnlyDictionary<string, IgnoredKey> ByName = new IgnoredKey[]
    {
        new("ssl-ecdh-curve", "OpenSSL chooses the curves; Groups in the image's openssl.cnf changes them", "", "auto"),
        new("ssl-dh-param", "no cipher with DHE is spoken; those with ECDHE need no parameters", ""),
        new("ssl-session-cache-size", "OpenSSL keeps up to 20,480 sessions for each certificate", "", "10m"),
        new("ssl-session-ticket-key",
            "each replica makes its own keys at start; a client that meets another one makes a full handshake", ""),
        new("ssl-session-timeout", "OpenSSL decides how long a session may be resumed", "", "10m"),
        new("ssl-buffer-size", "a record has as much as there is to send, up to 16 KB", "", "4k"),
        new("ssl-early-data", "data of TLS 1.3 that comes before the handshake is over can be replayed; it is not taken", "", "false"),
        new("allow-snippet-annotations",
            "snippets are text for nginx's configuration, which does not exist here, and text of a tenant is never run",
            "", "false"),
        new("enable-ocsp", "no OCSP answer is fetched or sent with certificates", "", "false"),
        new("enable-owasp-modsecurity-crs", "it is a module of nginx, which is not here", "", "false"),
        new("plugins", "plugins are programs in Lua for nginx, which is not here", ""),
        new("use-geoip", GeoIp, "", "false"),
        new("use-geoip2", GeoIp, "", "false"),
        new("geoip2-autoreload-in-minutes", GeoIp, "", "0"),
        new("disable-ipv6-dns", "names are looked up as the system does", "", "false"),
        new("error-log-path", OneLog, ""),
        new("enable-syslog", OneLog, "", "false"),
        new("syslog-host", OneLog, ""),
        new("syslog-port", OneLog, "", "514"),
        new("access-log-params", OneLog, ""),
        new("proxy-busy-buffers-size", "it divides nginx's buffers, and answers are not kept in such here", ""),
        new("default-type", "an answer has the type that its pod gives it", "", "text/html"),
        new("grpc-buffer-size-kb", "answers of gRPC are passed on as they come", "", "0"),
        new("forwarded-for-proxy-protocol-header", "the address of the PROXY protocol needs no header of its own here", "",
            "X-Forwarded-For-Proxy-Protocol"),
    }
    .Concat(((string[])[
        "debug-connections", "enable-aio-write", "enable-multi-accept", "enable-serial-reloads", "lua-shared-dicts", "map-hash-bucket-size",
        "max-worker-connections", "max-worker-open-files", "nginx-status-ipv4-whitelist", "nginx-status-ipv6-whitelist", "reuse-port",
        "server-name-hash-bucket-size", "server-name-hash-max-size", "variables-hash-bucket-size", "variables-hash-max-size",
        "worker-cpu-affinity", "worker-processes",
    ]).Select(name => new IgnoredKey(name, "it tunes processes and tables of nginx, which are not here", "")))
    .Concat(((string[])[
        "jaeger-baggage-header", "jaeger-collector-host", "jaeger-collector-port", "jaeger-debug-header", "jaeger-endpoint",
        "jaeger-propagation-format", "jaeger-sampler-host", "jaeger-sampler-param", "jaeger-sampler-port", "jaeger-sampler-type",
        "jaeger-service-name", "jaeger-trace-baggage-header-prefix", "jaeger-trace-context-header-name",
    ]).Select(name => new IgnoredKey(name, "traces are sent by OTLP, which Jaeger takes too: enable-opentelemetry", "")))
    .ToDictionary(key => key.Name);
}

/// <summary>A key without an effect.</summary>
/// <param name="Name">The key.</param>
/// <param name="Reason">Why it has none; for people.</param>
/// <param name="Nothing">Values that ask for nothing else than what happens anyway.</param>
internal sealed record IgnoredKey(string Name, string Reason, params IReadOnlyList<string> Nothing);
