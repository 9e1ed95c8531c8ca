using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Translation.Tests.Certificates;

/// <summary>Self-signed certificates made for tests.</summary>
internal static class TestCertificates
{
    public static readonly DateTimeOffset NotBefore = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset NotAfter = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static (string Certificate, string Key) Pem(params string[] dnsNames)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={dnsNames[0]}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in dnsNames)
            names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(NotBefore, NotAfter);
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    public static V1Secret Secret(string name, params string[] dnsNames)
    {
        var (certificate, key) = Pem(dnsNames);
        return FromPem(name, certificate, key);
    }

    public static V1Secret FromPem(string name, string certificate, string key) => new()
    {
        Metadata = Objects.Meta(name),
        Type = "kubernetes.io/tls",
        Data = new() { ["tls.crt"] = Encoding.UTF8.GetBytes(certificate), ["tls.key"] = Encoding.UTF8.GetBytes(key) },
    };
}
