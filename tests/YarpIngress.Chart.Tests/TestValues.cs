using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace YarpIngress.Chart.Tests;

/// <summary>Values to render with.</summary>
internal static class TestValues
{
    /// <summary>Every template and every optional field.</summary>
    public static readonly string Everything = Read("everything.yaml");

    /// <summary>A values file as users of ingress-nginx have it.</summary>
    public static readonly string FromIngressNginx = Read("from-ingress-nginx.yaml");

    /// <summary>One namespace watched from another, with Roles only.</summary>
    public const string OtherNamespace = """
        controller: {scope: {enabled: true, namespace: apps}, ingressClassResource: {enabled: false}, proxySetHeaders: {X-From: edge}}
        rbac: {scope: true}
        defaultBackend: {enabled: true}
        """;

    /// <summary>No Services, fixed ports of the nodes, scaled by KEDA.</summary>
    public const string Bare = """
        controller:
          hostPort: {enabled: true}
          service: {enabled: false}
          maxUnavailable: 1
          metrics: {enabled: false}
          keda: {enabled: true, fallback: {failureThreshold: 3, replicas: 2}, triggers: [{type: cpu, metadata: {value: "60"}}], behavior: {scaleUp: {}}}
        """;

    /// <summary>A webhook with a certificate that the controller makes.</summary>
    public const string WebhookSelfMade = """
        controller: {admissionWebhooks: {enabled: true, failurePolicy: Fail, timeoutSeconds: 5, annotations: {note: asks}, labels: {team: web}}}
        """;

    /// <summary>A webhook with a certificate of cert-manager, for some namespaces.</summary>
    public const string WebhookCertManager = """
        controller:
          networkPolicy: {enabled: true}
          admissionWebhooks:
            enabled: true
            certManager: {enabled: true, admissionCert: {duration: 2160h}}
            namespaceSelector: {matchLabels: {team: web}}
            objectSelector: {matchExpressions: [{key: reviewed, operator: NotIn, values: ["no"]}]}
        """;

    /// <summary>A webhook with a certificate of the values.</summary>
    public static readonly string WebhookOwnCertificate = $$"""
        controller:
          admissionWebhooks:
            enabled: true
            tls: {certificate: "{{OneLine(Certificate.Pem)}}", key: "{{OneLine(Certificate.Key)}}"}
            caBundle: "{{OneLine(Certificate.Pem)}}"
            service: {annotations: {note: called}, servicePort: 8443}
        """;

    /// <summary>All of them by name, the profiles and what users of ingress-nginx have too.</summary>
    public static IReadOnlyDictionary<string, string> All => ChartFiles.Profiles.ToDictionary(name => name, ChartFiles.Profile)
        .Append(new("defaults", "")).Append(new("everything", Everything)).Append(new("from-ingress-nginx", FromIngressNginx))
        .Append(new("other-namespace", OtherNamespace)).Append(new("bare", Bare))
        .Append(new("webhook-self-made", WebhookSelfMade)).Append(new("webhook-cert-manager", WebhookCertManager))
        .Append(new("webhook-own-certificate", WebhookOwnCertificate))
        .Concat(Directory.EnumerateFiles(Path.Combine(TestData, "users"), "*.yaml").Order(StringComparer.Ordinal).Select(
            path => new KeyValuePair<string, string>($"users/{Path.GetFileNameWithoutExtension(path)}", File.ReadAllText(path))))
        .ToDictionary();

    /// <summary>Their names, for theories.</summary>
    public static TheoryData<string> Names => [.. All.Keys];

    private static string TestData => Path.Combine(ChartFiles.Repository, "tests", "YarpIngress.Chart.Tests", "testdata");

    private static string Read(string name) => File.ReadAllText(Path.Combine(TestData, name));

    private static string OneLine(string pem) => pem.ReplaceLineEndings("\\n");

    private static class Certificate
    {
        public static readonly string Pem;
        public static readonly string Key;

        static Certificate()
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using var certificate = new CertificateRequest("CN=webhook", key, HashAlgorithmName.SHA256)
                .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            (Pem, Key) = (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
        }
    }
}
