using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Certificates;

/// <summary>
/// Reads a certificate out of a TLS Secret, forgiving what people's tools write: text around the PEM blocks, chains in
/// any order, all common forms of RSA and ECDSA keys, any type of Secret. What it says never quotes the Secret's data.
/// </summary>
public static class CertificateTranslator
{
    private const int MostCertificates = 64;

    /// <summary>Translates <paramref name="secret"/>.</summary>
    public static CertificateTranslation Translate(V1Secret secret)
    {
        var key = ObjectKey.Of(secret);
        var data = secret.Data;
        if (data?.GetValueOrDefault("tls.crt") is not { Length: > 0 } pem)
            return Unusable(key, "has no tls.crt");
        if (data.GetValueOrDefault("tls.key") is not { Length: > 0 } keyPem)
            return Unusable(key, "has no tls.key");
        var certificates = new List<X509Certificate2>();
        try
        {
            if (ReadCertificates(pem, certificates) is { } problem)
                return Unusable(key, problem);
            var (privateKey, keyProblem) = PrivateKey.Read(keyPem);
            if (privateKey is null)
                return Unusable(key, $"is of no use: {keyProblem}");
            if (CertificateChain.Order(certificates, privateKey.PublicKey) is not { } chain)
                return Unusable(key, "is of no use: its key belongs to none of its certificates");
            return Usable(key, chain, privateKey, pem, keyPem);
        }
        finally
        {
            foreach (var certificate in certificates)
                certificate.Dispose();
        }
    }

    private static CertificateTranslation Usable(
        ObjectKey key, List<X509Certificate2> chain, PrivateKey privateKey, byte[] pem, byte[] keyPem)
    {
        if (DnsNames(chain[0]) is not { } names)
            return Unusable(key, "is of no use: the alternative names of its certificate can't be read");
        return new CertificateTranslation
        {
            Certificate = new Certificate
            {
                Secret = key,
                Fingerprint = Convert.ToHexStringLower(SHA256.HashData([.. SHA256.HashData(pem), .. SHA256.HashData(keyPem)])),
                Chain = chain.Select(c => (ReadOnlyMemory<byte>)c.RawData).ToEquatableArray(),
                PrivateKey = privateKey.Pkcs8,
                KeyAlgorithm = privateKey.Algorithm,
                DnsNames = names.ToEquatableArray(),
                NotBefore = chain[0].NotBefore.ToUniversalTime(),
                NotAfter = chain[0].NotAfter.ToUniversalTime(),
            },
        };
    }

    private static string? ReadCertificates(byte[] pem, List<X509Certificate2> certificates)
    {
        foreach (var block in PemBlock.ReadAll(pem))
        {
            if (block.Label is not ("CERTIFICATE" or "X509 CERTIFICATE"))
                continue;
            if (certificates.Count == MostCertificates)
                return $"is of no use: tls.crt holds more than {MostCertificates} certificates";
            if (block.Data is null)
                return $"is of no use: certificate {certificates.Count + 1} of tls.crt is not valid PEM";
            try
            {
                certificates.Add(X509CertificateLoader.LoadCertificate(block.Data));
            }
            catch (CryptographicException)
            {
                return $"is of no use: certificate {certificates.Count + 1} of tls.crt is damaged";
            }
        }

        return certificates.Count == 0 ? "is of no use: tls.crt holds no certificate in PEM form" : null;
    }

    /// <summary>The alternative names, or else the common name, which ingress-nginx still honours.</summary>
    private static IEnumerable<string>? DnsNames(X509Certificate2 leaf)
    {
        try
        {
            if (leaf.Extensions["2.5.29.17"] is { } extension)
            {
                var names = new X509SubjectAlternativeNameExtension(extension.RawData);
                return [.. names.EnumerateDnsNames().Select(n => n.ToLowerInvariant()).Distinct()];
            }

            return leaf.GetNameInfo(X509NameType.SimpleName, forIssuer: false) is { Length: > 0 } name ? [name.ToLowerInvariant()] : [];
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static CertificateTranslation Unusable(ObjectKey key, string why) => new()
    {
        Notices = [new Notice(
            ProblemReasons.InvalidCertificate, ProblemSeverity.Error, "",
            $"Secret {key} {why}; the default certificate is presented until it is mended")],
    };
}
