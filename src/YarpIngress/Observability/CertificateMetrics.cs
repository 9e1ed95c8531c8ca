using YarpIngress.Controller;
using YarpIngress.Observability.Metrics;
using YarpIngress.Proxy.Certificates;
using YarpIngress.Translation.Certificates;
using YarpIngress.Translation.Model;

namespace YarpIngress.Observability;

/// <summary>Which host presents which certificate, and until when, under ingress-nginx's names and labels.</summary>
internal static class CertificateMetrics
{
    // ingress-nginx's server for hosts without a certificate of their own.
    private const string DefaultHost = "_";

    /// <summary>Adds them.</summary>
    /// <param name="registry">Where to.</param>
    /// <param name="table">Which host presents which Secret.</param>
    /// <param name="live">The certificates.</param>
    /// <param name="controllerClass">The label <c>class</c>.</param>
    /// <param name="leads">Expiry is told by the leader alone, so that an alert comes once.</param>
    public static void AddCertificates(
        this MetricRegistry registry, CertificateTable table, LiveObjects live, string controllerClass, Func<bool> leads)
    {
        registry.Add(new ReadMetric(
            registry.Prefix + "ssl_expire_time_seconds",
            "Unix time when the certificate that a host presents expires. The leader alone has it.",
            "gauge", ["class", "host", "identifier", "namespace", "secret_name"], hasConstantLabels: false,
            () => leads() ? Presented(table, live).Select(entry => Expiry(entry.Host, entry.Certificate)) : []));
        registry.Add(new ReadMetric(
            registry.Prefix + "ssl_certificate_info",
            "Always 1; the labels say which certificate a host presents.",
            "gauge",
            [
                "class", "host", "identifier", "issuer_common_name", "issuer_organization", "namespace", "public_key_algorithm",
                "secret_name", "serial_number",
            ],
            hasConstantLabels: false,
            () => Presented(table, live).Select(entry => Info(entry.Host, entry.Certificate))));

        ReadMetric.Sample Expiry(string host, Certificate certificate) => new(
            new DateTimeOffset(certificate.NotAfter).ToUnixTimeSeconds(),
            controllerClass, host, CertificateFacts.Of(certificate).Identifier, certificate.Secret.Namespace, certificate.Secret.Name);

        ReadMetric.Sample Info(string host, Certificate certificate)
        {
            var facts = CertificateFacts.Of(certificate);
            return new(
                1, controllerClass, host, facts.Identifier, facts.IssuerName, facts.IssuerOrganization, certificate.Secret.Namespace,
                certificate.KeyAlgorithm, certificate.Secret.Name, facts.SerialNumber);
        }
    }

    private static IEnumerable<(string Host, Certificate Certificate)> Presented(CertificateTable table, LiveObjects live)
    {
        foreach (var (host, secret) in table.Hosts)
            if (live.Certificate(secret) is { } certificate && CertificateValidity.Covers(certificate.DnsNames, host))
                yield return (host, certificate);
        if (table.Default is { } byDefault && live.Certificate(byDefault) is { } other)
            yield return (DefaultHost, other);
    }
}
