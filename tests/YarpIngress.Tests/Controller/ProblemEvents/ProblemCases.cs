using YarpIngress.Tests.EndToEnd;
using YarpIngress.Translation.Model;

namespace YarpIngress.Tests.Controller.ProblemEvents;

/// <summary>Objects with which each reason of a Problem comes about; the Event is on the object of the name <see cref="NameOf"/>.</summary>
internal static class ProblemCases
{
    private const string Nginx = "nginx.ingress.kubernetes.io";

    // Another name than the host's.
    private static readonly TestCertificate Certificate = TestCertificate.Create("other.example");

    /// <summary>What an API server takes.</summary>
    public static IReadOnlyDictionary<string, string> Taken { get; } = new Dictionary<string, string>
    {
        [ProblemReasons.InvalidAnnotation] = Ingress(ProblemReasons.InvalidAnnotation, $"{Nginx}/proxy-body-size: lots"),
        [ProblemReasons.UnsupportedAnnotation] = Ingress(ProblemReasons.UnsupportedAnnotation, $"{Nginx}/server-snippet: 'gzip on;'"),
        [ProblemReasons.RestrictedAnnotation] = Ingress(
            ProblemReasons.RestrictedAnnotation, $"{Nginx}/upstream-vhost: word-that-is-blocked"),
        [ProblemReasons.UnknownAnnotation] = Ingress(ProblemReasons.UnknownAnnotation, $"{Nginx}/proxy-boddy-size: 1m"),
        [ProblemReasons.DuplicateAnnotation] = Ingress(
            ProblemReasons.DuplicateAnnotation, $"{Nginx}/ssl-redirect: 'true', yarp.ingress.kubernetes.io/ssl-redirect: 'false'"),
        [ProblemReasons.ConfigMapNotFound] = Ingress(ProblemReasons.ConfigMapNotFound, $"{Nginx}/custom-headers: default/nowhere"),
        [ProblemReasons.DuplicatePath] = Ingress("a-former", host: "duplicatepath.example")
            + Ingress(ProblemReasons.DuplicatePath, host: "duplicatepath.example"),
        [ProblemReasons.UnusedCanary] = Ingress(ProblemReasons.UnusedCanary, $"{Nginx}/canary: 'true', {Nginx}/canary-weight: '10'"),
        [ProblemReasons.UnsupportedBackend] = Ingress(
            ProblemReasons.UnsupportedBackend, backend: "resource: {apiGroup: k8s.example, kind: Bucket, name: static}"),
        [ProblemReasons.ServiceNotFound] = Ingress(ProblemReasons.ServiceNotFound),
        [ProblemReasons.ServicePortNotFound] = Service(ProblemReasons.ServicePortNotFound, "ports: [{port: 81}]")
            + Ingress(ProblemReasons.ServicePortNotFound),
        [ProblemReasons.NoEndpoints] = Service(ProblemReasons.NoEndpoints) + Ingress(ProblemReasons.NoEndpoints),
        [ProblemReasons.ExternalNameRefused] = Service(ProblemReasons.ExternalNameRefused, "type: ExternalName, externalName: a.example")
            + Ingress(ProblemReasons.ExternalNameRefused),
        [ProblemReasons.UnsupportedProtocol] = Service(ProblemReasons.UnsupportedProtocol, "ports: [{port: 80, appProtocol: mysql}]")
            + Ingress(ProblemReasons.UnsupportedProtocol),
        [ProblemReasons.SecretNotFound] = Ingress(ProblemReasons.SecretNotFound, spec: "tls: [{secretName: nowhere}]"),
        [ProblemReasons.InvalidSecret] = Ingress(
            ProblemReasons.InvalidSecret, $"{Nginx}/auth-type: basic, {Nginx}/auth-secret: invalidcertificate"),
        [ProblemReasons.InvalidCertificate] = Secret(ProblemReasons.InvalidCertificate, "no certificate", "no key")
            + Ingress(ProblemReasons.InvalidCertificate, spec: "tls: [{secretName: invalidcertificate}]"),
        [ProblemReasons.CertificateMismatch] =
            Secret(ProblemReasons.CertificateMismatch, Certificate.CertificatePem, Certificate.KeyPem) + Ingress(
                ProblemReasons.CertificateMismatch,
                spec: "tls: [{hosts: [certificatemismatch.example], secretName: certificatemismatch}]"),
        [ProblemReasons.DuplicateCertificate] = Ingress(
            ProblemReasons.DuplicateCertificate,
            spec: "tls: [{hosts: [a.example], secretName: certificatemismatch}, {hosts: [a.example], secretName: invalidcertificate}]"),
        [ProblemReasons.CatchAllDisabled] = Ingress(
            ProblemReasons.CatchAllDisabled, spec: "defaultBackend: {service: {name: web, port: {number: 80} } }"),
        // A label that begins like punycode and is none.
        [ProblemReasons.ProxyConfigRefused] = Ingress(ProblemReasons.ProxyConfigRefused, host: "xn--0.example"),
        [ProblemReasons.InvalidSetting] = "",
        [ProblemReasons.UnknownSetting] = "",
        [ProblemReasons.UnsupportedSetting] = "",
        [ProblemReasons.InvalidStreamPort] = "",
        [ProblemReasons.PortUnavailable] = "",
    };

    /// <summary>What an API server refuses, and may still hold from the time before it did.</summary>
    public static IReadOnlyDictionary<string, string> Stored { get; } = new Dictionary<string, string>
    {
        [ProblemReasons.InvalidObject] = Ingress(ProblemReasons.InvalidObject, spec: "tls: many"),
        [ProblemReasons.InvalidHost] = Ingress(ProblemReasons.InvalidHost, host: "not_a_host"),
        [ProblemReasons.InvalidPath] = Ingress(ProblemReasons.InvalidPath, path: "path: relative, pathType: Prefix"),
        [ProblemReasons.InvalidPathType] = Ingress(ProblemReasons.InvalidPathType, path: "path: /, pathType: Suffix"),
        [ProblemReasons.InvalidBackend] = Ingress(ProblemReasons.InvalidBackend, backend: "service: {name: web, port: {number: 70000} }"),
        [ProblemReasons.InvalidEndpoint] = Service(ProblemReasons.InvalidEndpoint) + Ingress(ProblemReasons.InvalidEndpoint) + """
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: invalidendpoint, namespace: default, labels: {kubernetes.io/service-name: invalidendpoint} }
            addressType: IPv4
            endpoints: [{addresses: [999.1.2.3], conditions: {ready: true} }]
            ports: [{port: 80}]

            """,
    };

    /// <summary>The global ConfigMap, with a key for each of its reasons.</summary>
    public const string Settings = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: global, namespace: default}
        data: {server-tokens: perhaps, no-such-key: "1", http-snippet: "gzip on;", annotation-value-word-blocklist: word-that-is-blocked}
        """;

    /// <summary>The ConfigMap of TCP ports, with an entry for each of its reasons.</summary>
    /// <param name="taken">A port that another process has.</param>
    public static string Ports(int taken) => $$"""
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: ports, namespace: default}
        data: {"http": "default/web:80", "{{taken}}": "default/web:80"}
        """;

    /// <summary>The object that the Event of a reason is on.</summary>
    public static string NameOf(string reason) => reason switch
    {
        ProblemReasons.InvalidStreamPort or ProblemReasons.PortUnavailable => "ports",
        _ => reason.EndsWith("Setting", StringComparison.Ordinal) ? "global" : reason.ToLowerInvariant(),
    };

    private static string Ingress(
        string name, string annotations = "", string? host = null, string path = "path: /, pathType: Prefix", string? backend = null,
        string spec = "") => $$"""
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: {{name.ToLowerInvariant()}}, namespace: default, annotations: { {{annotations}} } }
        spec:
          ingressClassName: yarp
          rules:
          - host: {{host ?? name.ToLowerInvariant() + ".example"}}
            http:
              paths:
              - {{{path}}, backend: { {{backend ?? $"service: {{name: {name.ToLowerInvariant()}, port: {{number: 80}} }}"}} } }
          {{spec}}

        """;

    private static string Service(string name, string spec = "ports: [{port: 80}]") => $$"""
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: {{name.ToLowerInvariant()}}, namespace: default }
        spec: { {{spec}} }

        """;

    private static string Secret(string name, string certificate, string key) => $$"""
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: {{name.ToLowerInvariant()}}, namespace: default}
        type: kubernetes.io/tls
        stringData: {tls.crt: {{Quoted(certificate)}}, tls.key: {{Quoted(key)}} }

        """;

    private static string Quoted(string text) => '"' + text.Replace("\n", "\\n", StringComparison.Ordinal) + '"';
}
