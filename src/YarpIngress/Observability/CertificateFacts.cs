using System.Numerics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using YarpIngress.Translation.Model;

namespace YarpIngress.Observability;

/// <summary>What a certificate tells every client of itself, as ingress-nginx labels it. Read once, when it is first asked for.</summary>
/// <param name="Identifier">Begin of the fingerprint, a hyphen, and the serial number.</param>
/// <param name="IssuerName">Common name of the issuer.</param>
/// <param name="IssuerOrganization">Organization of the issuer.</param>
/// <param name="SerialNumber">In decimal.</param>
internal sealed record CertificateFacts(string Identifier, string IssuerName, string IssuerOrganization, string SerialNumber)
{
    private const string CommonName = "2.5.4.3";
    private const string Organization = "2.5.4.10";
    private const int FingerprintDigits = 40;

    // Gone with the certificate.
    private static readonly ConditionalWeakTable<Certificate, CertificateFacts> Known = [];

    /// <summary>Those of <paramref name="certificate"/>.</summary>
    public static CertificateFacts Of(Certificate certificate) => Known.GetValue(certificate, Read);

    private static CertificateFacts Read(Certificate certificate)
    {
        var leaf = certificate.Chain[0].Span;
        // Of the certificate alone: nothing that is made of the key gets out.
        var fingerprint = Convert.ToHexStringLower(SHA256.HashData(leaf))[..FingerprintDigits];
        try
        {
            using var parsed = X509CertificateLoader.LoadCertificate(leaf);
            var serial = new BigInteger(parsed.SerialNumberBytes.Span, isUnsigned: true, isBigEndian: true).ToString();
            return new($"{fingerprint}-{serial}", Part(parsed.IssuerName, CommonName), Part(parsed.IssuerName, Organization), serial);
        }
        catch (CryptographicException)
        {
            // The translation has read it before, so its names are what can't be.
            return new(fingerprint, "", "", "");
        }
    }

    private static string Part(X500DistinguishedName name, string oid)
    {
        foreach (var part in name.EnumerateRelativeDistinguishedNames())
            if (!part.HasMultipleElements && part.GetSingleElementType().Value == oid)
                return part.GetSingleElementValue() ?? "";
        return "";
    }
}
