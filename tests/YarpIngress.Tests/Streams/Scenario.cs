using System.Text.Json;

namespace YarpIngress.Tests.Streams;

/// <summary>A route with annotations that must leave what passes through it as it is.</summary>
/// <param name="Name">What tests call it.</param>
/// <param name="Prefix">What the client's path begins with and the pod's does not.</param>
/// <param name="Annotations">Names without a slash are ingress-nginx's.</param>
internal sealed record Scenario(string Name, string Prefix, params (string Name, string Value)[] Annotations)
{
    /// <summary>All of them.</summary>
    /// <param name="mirror">The URL of a mirror.</param>
    /// <param name="auth">The URL of a service that lets everybody in.</param>
    public static IEnumerable<Scenario> All(string mirror, string auth)
    {
        yield return new("plain", "");
        yield return new("rewrite", "/v1", ("use-regex", "true"), ("rewrite-target", "/$1"));
        yield return new(
            "dialect", "/v1",
            ("yarp.ingress.kubernetes.io/transforms", "- PathRemovePrefix: /v1\n- ResponseHeader: X-Served\n  Set: 'yes'\n"));
        yield return new("affinity", "", ("affinity", "cookie"), ("session-cookie-name", "route"), ("affinity-mode", "persistent"));
        yield return new(
            "timeouts", "", ("proxy-connect-timeout", "5"), ("proxy-read-timeout", "120"), ("proxy-send-timeout", "120"),
            ("proxy-next-upstream", "error timeout http_503 non_idempotent"), ("proxy-next-upstream-tries", "3"));
        yield return new(
            "buffering", "", ("proxy-buffering", "on"), ("proxy-request-buffering", "on"), ("client-body-buffer-size", "16k"),
            ("proxy-buffers-number", "4"), ("proxy-buffer-size", "8k"));
        yield return new("cors", "", ("enable-cors", "true"), ("cors-allow-origin", "https://*.example.com"));
        yield return new("mirror", "", ("mirror-target", mirror + "$request_uri"));
        yield return new("canary", "");
        yield return new("errors", "", ("custom-http-errors", "502,503"), ("default-backend", "errors"));
        yield return new(
            "access", "", ("auth-url", auth), ("auth-response-headers", "X-User"), ("whitelist-source-range", "127.0.0.0/8"),
            ("limit-rps", "10000"), ("limit-connections", "1000"));
        yield return new("balancing", "", ("load-balance", "ewma"), ("upstream-vhost", "pod.internal"), ("enable-access-log", "false"));
    }

    /// <summary>An Ingress that leads a host to port 80 of a Service, with further annotations.</summary>
    public string Manifest(string name, string host, string service, params IEnumerable<(string Name, string Value)> more)
    {
        // A JSON string is a YAML string too.
        var lines = string.Concat(Annotations.Concat(more).Select(one =>
            $"    {(one.Name.Contains('/') ? one.Name : $"nginx.ingress.kubernetes.io/{one.Name}")}: {JsonSerializer.Serialize(one.Value)}\n"));
        var isRegex = Annotations.Any(one => one.Name == "use-regex");
        return $$"""
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata:
              name: {{name}}
              namespace: default
              annotations:
            {{lines}}spec:
              ingressClassName: yarp
              rules:
              - host: {{host}}
                http:
                  paths:
                  - path: {{Prefix}}/{{(isRegex ? "(.*)" : "")}}
                    pathType: {{(isRegex ? "ImplementationSpecific" : "Prefix")}}
                    backend: {service: {name: {{service}}, port: {number: 80} } }
            """;
    }
}
