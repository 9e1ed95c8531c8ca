using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Certificates;

/// <summary>Reads the <c>ca.crt</c> of a Secret. What it says never quotes the Secret's data.</summary>
internal static class AuthorityList
{
    private const int MostAuthorities = 1000;

    /// <summary>DER of the certificates, none where there is no <c>ca.crt</c>; or why it is of no use.</summary>
    public static (EquatableArray<ReadOnlyMemory<byte>> Authorities, string? Problem) Read(byte[]? pem)
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
}
