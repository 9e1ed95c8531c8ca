using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace YarpIngress.Benchmarks.Cluster;

/// <summary>A fresh self-signed ECDSA certificate of one host.</summary>
/// <param name="CertificatePem">As in <c>tls.crt</c>.</param>
/// <param name="KeyPem">As in <c>tls.key</c>.</param>
/// <param name="SerialNumber">By which a client knows it again.</param>
internal sealed record HostCertificate(byte[] CertificatePem, byte[] KeyPem, string SerialNumber)
{
    public static HostCertificate For(string host)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(365));
        return new HostCertificate(
            Encoding.ASCII.GetBytes(certificate.ExportCertificatePem()),
            Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()),
            certificate.SerialNumber);
    }
}
