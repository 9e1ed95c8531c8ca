namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>
/// Annotations of older versions of ingress-nginx: the last one has no use for them either, but manifests still carry them.
/// </summary>
internal static class UnsupportedRemoved
{
    public static readonly IReadOnlyList<UnsupportedAnnotation> All =
    [
        Gone("secure-backends", "backend-protocol: HTTPS"),
        Gone("grpc-backend", "backend-protocol: GRPC"),
        Gone("secure-verify-ca-secret", "proxy-ssl-secret with proxy-ssl-verify"),
        Gone("add-base-url", "the application's own base path; pods get X-Forwarded-Prefix by x-forwarded-prefix"),
        Gone("base-url-scheme", "X-Forwarded-Proto, which every pod gets"),
        Gone("session-cookie-hash", "affinity-mode"),
        Gone("upstream-max-fails", "proxy-next-upstream"),
        Gone("upstream-fail-timeout", "proxy-next-upstream"),
        Gone("mirror-uri", "mirror-target"),
        Gone("enable-opentracing", "enable-opentelemetry"),
        Gone("opentracing-trust-incoming-span", "opentelemetry-trust-incoming-span"),
        Gone("enable-influxdb", "the metrics of the admin port"),
        Gone("influxdb-measurement", "the metrics of the admin port"),
        Gone("influxdb-port", "the metrics of the admin port"),
        Gone("influxdb-host", "the metrics of the admin port"),
        Gone("influxdb-server-name", "the metrics of the admin port"),
        Gone("lua-resty-waf", "a web application firewall in front of the gateway or of the pods"),
        Gone("lua-resty-waf-debug", "a web application firewall in front of the gateway or of the pods"),
        Gone("lua-resty-waf-ignore-rulesets", "a web application firewall in front of the gateway or of the pods"),
        Gone("lua-resty-waf-extra-rules", "a web application firewall in front of the gateway or of the pods"),
        Gone("lua-resty-waf-allow-unknown-content-types", "a web application firewall in front of the gateway or of the pods"),
        Gone("lua-resty-waf-score-threshold", "a web application firewall in front of the gateway or of the pods"),
        Gone("lua-resty-waf-process-multipart-body", "a web application firewall in front of the gateway or of the pods"),
        Gone("global-rate-limit", "limit-rps"),
        Gone("global-rate-limit-window", "limit-rps"),
        Gone("global-rate-limit-key", "limit-rps"),
        Gone("global-rate-limit-ignored-cidrs", "limit-allowlist"),
    ];

    private static UnsupportedAnnotation Gone(string name, string instead) => new(
        name, AnnotationRisk.Low, Unsupported.Removed, "as older versions of ingress-nginx took it",
        "has no effect in today's ingress-nginx either", $"use {instead}");
}
