using System.Security.Cryptography;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Certificates;

/// <summary>
/// Reads the Secret of <c>proxy-ssl-secret</c>: a certificate to present in <c>tls.crt</c> and <c>tls.key</c>, authorities to verify by
/// in <c>ca.crt</c>, or one of both. What it says never quotes the Secret's data.
/// </summary>
public static class BackendSecret
{
    /// <summary>What the Secret holds, or why it is of no use.</summary>
    /// <param name="secret">The Secret; null when it does not exist.</param>
    /// <param name="policy">What it is for.</param>
    public static (BackendCredentials? Credentials, string? Problem) Read(V1Secret? secret, BackendTlsPolicy policy)
    {
        if (secret is null)
            return (null, "does not exist");
        var data = secret.Data ?? [];
        var (authorities, problem) = AuthorityList.Read(data.GetValueOrDefault("ca.crt"));
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
        var credentials = new BackendCredentials
        {
            Fingerprint = Fingerprint(certificate, authorities),
            Certificate = certificate,
            Authorities = authorities,
        };
        return (credentials, null);
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
