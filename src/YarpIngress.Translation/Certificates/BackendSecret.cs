using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Certificates;

/// <summary>
/// Reads the Secret of <c>proxy-ssl-secret</c>: a certificate to present in <c>tls.crt</c> and <c>tls.key</c>, authorities to verify by
/// in <c>ca.crt</c>, or one of both. What it says never quotes the Secret's data.
/// </summary>
public static class BackendSecret
{
    private const int MostAuthorities = 1000;

    /// <summary>What the Secret holds, or why it is of no use.</summary>
    /// <param name="secret">The Secret; null when it does not exist.</param>
    /// <param name="policy">What it is for.</param>
    public static (BackendCredentials? Credentials, string? Problem) Read(V1Secret? secret, BackendTlsPolicy policy)
    {
        if (secret is null)
            return (null, "does not exist");
        var data = secret.Data ?? [];
        var (authorities, problem) = Authorities(data.GetValueOrDefault("ca.crt"));
        if (problem is not null)
            return (null, problem);
        if (policy.Verify && authorities.Count == 0)
            return (null, "has no ca.crt, which proxy-ssl-verify needs");

        Certificate? certificate = null;
        if (data.ContainsKey("tls.crt") || data.ContainsKey("tls.key"))
        {
            var translation = CertificateTranslator.Translate(secret);
            if (translation.Certificate is null)
                return (null, "has no certificate and key that belong together in tls.crt and tls.key");
            certificate = translation.Certificate;
        }
        if (certificate is null && authorities.Count == 0)
            return (null, "has neither tls.crt and tls.key nor ca.crt");
        return (new BackendCredentials { Fingerprint = Fingerprint(certificate, authorities), Certificate = certificate, Authorities = authorities }, null);
    }

    private static (EquatableArray<ReadOnlyMemory<byte>> Authorities, string? Problem) Authorities(byte[]? pem)
    {
        if (pem is not { Length: > 0 })
            return ([], null);
        var authorities = new List<ReadOnlyMemory<byte>>();
        foreach (var block in PemBlock.ReadAll(pem))
        {
            if (block.Label is not ("CERTIFICATE" or "X509 CERTIFICATE" or "TRUSTED CERTIFICATE"))
                continue;
            if (authorities.Count == MostAuthorities)
                return ([], $"has more than {MostAuthorities} certificates in ca.crt");
            try
            {
                using var certificate = X509CertificateLoader.LoadCertificate(block.Data ?? []);
                authorities.Add(certificate.RawData);
            }
            catch (CryptographicException)
            {
                return ([], $"has a damaged certificate in ca.crt, number {authorities.Count + 1}");
            }
        }
        return authorities.Count == 0 ? ([], "has no certificate in ca.crt") : (authorities.ToEquatableArray(), null);
    }

    private static string Fingerprint(Certificate? certificate, EquatableArray<ReadOnlyMemory<byte>> authorities)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.ASCII.GetBytes(certificate?.Fingerprint ?? ""));
        foreach (var authority in authorities)
            hash.AppendData(authority.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
