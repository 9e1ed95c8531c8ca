using System.Globalization;
using YarpIngress.Controller.Cache;
using YarpIngress.Controller.Updates;
using YarpIngress.Kubernetes;
using YarpIngress.Translation.Certificates;
using YarpIngress.Translation.Model;

namespace YarpIngress.Commands.Explain;

/// <summary>Which certificate a TLS client of some host is shown.</summary>
/// <param name="Secret">Its Secret; null for the self-signed one.</param>
/// <param name="Certificate">The certificate; null for the self-signed one.</param>
/// <param name="IsDefault">Whether it is shown for want of one of the host's own.</param>
internal readonly record struct CertificateUse(ObjectKey? Secret, Certificate? Certificate, bool IsDefault)
{
    /// <summary>
    /// As the handshake does it: the first of <paramref name="hosts"/> that names a Secret decides, and the default
    /// certificate stands in while that Secret is missing or bad, or its certificate is one of other hosts.
    /// </summary>
    public static CertificateUse Of(string name, IReadOnlyList<string> hosts, ClusterCache cache, ClusterTranslation translation)
    {
        foreach (var host in hosts)
        {
            if (host.Length == 0 || translation.Hosts.GetValueOrDefault(host)?.CertificateSecret is not { } secret)
                continue;
            if (translation.Certificates.GetValueOrDefault(secret)?.Certificate is { } certificate
                && CertificateValidity.Covers(certificate.DnsNames, name))
                return new CertificateUse(secret, certificate, IsDefault: false);
            break;
        }
        return cache.Settings.DefaultCertificate is { } key && translation.Certificates.GetValueOrDefault(key)?.Certificate is { } byDefault
            ? new CertificateUse(key, byDefault, IsDefault: true)
            : new CertificateUse(null, null, IsDefault: true);
    }

    /// <summary>For people and programs; nothing of the key.</summary>
    public ExplainedCertificate Explain(ExplainedRequest request, DateTime now)
    {
        var use = request.IsTls ? "" : "not used by this request; with https ";
        if (Certificate is not { } certificate)
            return new(null, IsDefault, [], null, null, null, use + "the self-signed default certificate, which clients refuse");
        var until = $"{(certificate.NotAfter < now ? "EXPIRED" : "valid until")} {certificate.NotAfter:yyyy-MM-dd}";
        if (certificate.NotBefore > now)
            until = $"NOT VALID before {certificate.NotBefore:yyyy-MM-dd}";
        var names = string.Join(", ", certificate.DnsNames);
        var role = IsDefault ? "the default certificate of " : "";
        return new(
            Secret.ToString(), IsDefault, [.. certificate.DnsNames], certificate.KeyAlgorithm, certificate.NotBefore, certificate.NotAfter,
            string.Create(CultureInfo.InvariantCulture, $"{use}{role}Secret {Secret}: {names}, {certificate.KeyAlgorithm}, {until}"));
    }
}
