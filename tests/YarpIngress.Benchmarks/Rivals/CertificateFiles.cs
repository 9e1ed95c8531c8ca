using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace YarpIngress.Benchmarks.Rivals;

/// <summary>A self-signed certificate in the files that proxies read.</summary>
/// <param name="Certificate">The certificate.</param>
/// <param name="Key">The private key, PKCS #8.</param>
/// <param name="Both">Both in one file, as haproxy wants it.</param>
internal sealed record CertificateFiles(string Certificate, string Key, string Both)
{
    public static CertificateFiles Ecdsa(string folder, string host)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Write(folder, host, new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256), key);
    }

    public static CertificateFiles Rsa(string folder, string host)
    {
        using var key = RSA.Create(2048);
        return Write(
            folder, host, new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), key);
    }

    private static CertificateFiles Write(string folder, string host, CertificateRequest request, AsymmetricAlgorithm key)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));

        var (certificatePem, keyPem) = (certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
        var files = new CertificateFiles(
            Path.Combine(folder, host + ".crt"), Path.Combine(folder, host + ".key"), Path.Combine(folder, host + ".pem"));
        File.WriteAllText(files.Certificate, certificatePem);
        File.WriteAllText(files.Key, keyPem);
        File.WriteAllText(files.Both, certificatePem + keyPem);
        return files;
    }
}
