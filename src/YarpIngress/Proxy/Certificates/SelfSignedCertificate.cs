using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace YarpIngress.Proxy.Certificates;

/// <summary>The certificate for hosts that have none: made by the process for itself, and trusted by nobody.</summary>
internal static class SelfSignedCertificate
{
    private const string CommonName = "YarpIngress Fake Certificate";

    /// <summary>Made when a handshake first needs it.</summary>
    public static ServerCertificate Create() => new("self-signed", Make);

    private static X509Certificate2 Make()
    {
        // RSA rather than ECDSA: clients too old for ECDSA exist, while none refuses 2048 bits of RSA.
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={CommonName}, O=YarpIngress", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        // What ingress-nginx's fake certificate names.
        names.AddDnsName("ingress.local");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        var now = DateTimeOffset.UtcNow;
        return request.CreateSelfSigned(now.AddDays(-1), now.AddYears(10));
    }
}
