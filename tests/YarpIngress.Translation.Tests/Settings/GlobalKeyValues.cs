namespace YarpIngress.Translation.Tests.Settings;

/// <summary>For every key of the global ConfigMap a value that changes something, one that is not allowed, and what else it needs.</summary>
internal static class GlobalKeyValues
{
    // key | a value with an effect | a value that is not allowed, where there is one | another key that it needs
    private const string Table = """
        add-headers | default/added | a/b/c
        allow-backend-server-header | true | yes
        allow-cross-namespace-resources | true | yes
        access-log-path | /var/log/x.log | x.log
        annotation-value-word-blocklist | load_module,alias
        annotations-risk-level | Medium | Extreme
        authorization-policies | {a: {Users: [b]}} | [
        bind-address | 192.0.2.1, [2001:db8::1] | 192.0.2.1, lan
        block-cidrs | 192.0.2.0/24 | 192.0.2.0/33
        block-referers | ~*spam | ~(
        block-user-agents | curl | ~*[
        brotli-level | 11 | 12
        brotli-min-length | 0 | -1
        brotli-types | text/plain | plain
        client-body-buffer-size | 16k | 16x
        client-body-timeout | 30 | 30s
        client-header-buffer-size | 2k | big
        client-header-timeout | 30 | 0
        compute-full-forwarded-for | true | 2
        cors-policies | {a: {AllowOrigins: ["https://a.io"]}} | [
        custom-http-errors | 404,503 | 200
        denylist-source-range | 192.0.2.1 | somebody
        disable-access-log | true | on
        disable-http-access-log | true | on
        disable-proxy-intercept-errors | true | on
        disable-stream-access-log | true | on
        disable-ipv6 | true | yes
        enable-access-log-for-default-backend | true | on
        enable-auth-access-log | true | on
        enable-brotli | true | on
        enable-opentelemetry | true | on | otlp-collector-host=otel
        enable-otlp-metrics | true | on | otlp-collector-host=otel
        enable-real-ip | true | on
        enable-underscores-in-headers | true | on
        error-log-level | warn | loud
        force-ssl-redirect | true | on
        forwarded-for-header | X-Client | X Client
        forwarded-host-header | X-Host | X:Host
        generate-request-id | false | off
        global-allowed-response-headers | X-Team | X Team
        global-auth-always-set-cookie | true | on | global-auth-url=http://auth/
        global-auth-cache-duration | 200 1m | forever | global-auth-url=http://auth/
        global-auth-cache-key | $remote_user | | global-auth-url=http://auth/
        global-auth-method | POST | CONNECT | global-auth-url=http://auth/
        global-auth-request-redirect | /back | | global-auth-url=http://auth/
        global-auth-response-headers | X-User | Host | global-auth-url=http://auth/
        global-auth-signin | https://login/ | javascript:x | global-auth-url=http://auth/
        global-auth-signin-redirect-param | next | a&b | global-auth-url=http://auth/
        global-auth-url | https://auth.example.com/check | ftp://auth/
        gzip-disable | MSIE [1-6] | (
        gzip-level | 9 | 0
        gzip-min-length | 1000 | many
        gzip-types | * | plain
        hide-headers | X-Powered-By | X-Powered-By, a b
        hsts | false | off
        hsts-include-subdomains | false | off
        hsts-max-age | 600 | 1y
        hsts-preload | true | on
        http-access-log-path | /var/log/y.log | y.log
        http-redirect-code | 301 | 303
        http2-max-concurrent-streams | 64 | 0
        http2-max-field-size | 8k | big
        http2-max-header-size | 8k | big
        http2-max-requests | 10 | -1
        ignore-invalid-headers | false | off
        keep-alive | 0 | -1
        keep-alive-requests | 1000 | -1
        large-client-header-buffers | 4 16k | 16k
        limit-conn-status-code | 429 | 200
        limit-conn-zone-variable | $http_x_key
        limit-rate | 100 | fast
        limit-rate-after | 10 | fast
        limit-req-status-code | 429 | 600
        load-balance | ewma | best
        log-format-escape-json | true | on
        log-format-escape-none | true | on
        log-format-stream | $remote_addr
        log-format-upstream | $host
        no-auth-locations | /open | /
        no-tls-redirect-locations | /plain
        opentelemetry-config | | /etc/other.toml
        opentelemetry-operation-name | $uri
        opentelemetry-trust-incoming-span | false | off
        otel-max-export-batch-size | 10 | 0
        otel-max-queuesize | 10 | 0
        otel-sampler | AlwaysOff | Sometimes
        otel-sampler-parent-based | false | off
        otel-sampler-ratio | 0.5 | 2
        otel-schedule-delay-millis | 10 | 0
        otel-service-name | edge
        otlp-collector-host | otel.monitoring | ftp://otel
        otlp-collector-port | 4318 | 0
        otlp-collector-protocol | http/protobuf | thrift
        otlp-metrics-interval-millis | 1000 | 10
        output-cache-policies | {a: {Expiration: "00:00:10"}} | [
        preserve-trailing-slash | true | on
        proxy-add-original-uri-header | true | on
        proxy-body-size | 0 | lots
        proxy-buffer-size | 128k | 0
        proxy-buffering | on | maybe
        proxy-buffers-number | 8 | 0
        proxy-connect-timeout | 9 | 9s
        proxy-cookie-domain | a.io b.io | a.io
        proxy-cookie-path | /a /b | /a
        proxy-headers-hash-bucket-size | 128 | big
        proxy-headers-hash-max-size | 1024 | big
        proxy-http-version | 1.0 | 2
        proxy-max-temp-file-size | 0 | lots
        proxy-next-upstream | error http_503 | sometimes
        proxy-next-upstream-timeout | 9 | 9s
        proxy-next-upstream-tries | 9 | many
        proxy-protocol-header-timeout | 1s | soon
        proxy-read-timeout | 9 | 9s
        proxy-real-ip-cidr | 192.0.2.0/24 | everybody
        proxy-redirect-from | http://a/ | a b | proxy-redirect-to=http://b/
        proxy-redirect-to | http://b/ | javascript:x | proxy-redirect-from=http://a/
        proxy-request-buffering | on | maybe
        proxy-send-timeout | 9 | 9s
        proxy-set-headers | default/sent | a/b/c
        proxy-ssl-location-only | true | on
        proxy-stream-next-upstream | false | off
        proxy-stream-next-upstream-timeout | 9s | soon
        proxy-stream-next-upstream-tries | 9 | -1
        proxy-stream-responses | 2 | -1
        proxy-stream-timeout | 9s | soon
        rate-limiter-policies | {a: {Type: Concurrency, PermitLimit: 1}} | [
        relative-redirects | true | on
        retry-non-idempotent | true | on
        server-tokens | true | on
        service-upstream | true | on
        skip-access-log-urls | /healthz | ~(
        ssl-ciphers | ECDHE-RSA-AES128-GCM-SHA256 | NONE-AT-ALL
        ssl-protocols | TLSv1.3 | TLSv1.1
        ssl-redirect | false | off
        ssl-reject-handshake | true | on
        ssl-session-cache | false | off
        ssl-session-tickets | true | on
        stream-access-log-path | /var/log/z.log | z.log
        strict-validate-path-type | false | off
        timeout-policies | {a: "00:00:10"} | [
        upstream-keepalive-connections | 0 | -1
        upstream-keepalive-requests | 100 | 0
        upstream-keepalive-time | 1h | 0
        upstream-keepalive-timeout | 9 | 9s
        use-forwarded-headers | true | on
        use-gzip | true | on
        use-http2 | false | off
        use-port-in-redirects | true | on
        use-proxy-protocol | true | on
        whitelist-source-range | 192.0.2.0/24 | ,x
        worker-shutdown-timeout | 90s | later
        """;

    /// <summary>The rows, by key.</summary>
    public static IReadOnlyDictionary<string, Row> Rows { get; } = Table
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
        .ToDictionary(
            cells => cells[0],
            cells => new Row(
                cells[0], cells[1], cells.ElementAtOrDefault(2) is { Length: > 0 } bad ? bad : null,
                cells.ElementAtOrDefault(3)?.Split('=', 2) is [var name, var value] ? (name, value) : null));

    /// <summary>A key's values.</summary>
    internal sealed record Row(string Key, string Good, string? Bad, (string Name, string Value)? With);
}
