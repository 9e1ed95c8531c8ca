using System.Collections.Concurrent;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using YarpIngress.Translation.Certificates;

namespace YarpIngress.Proxy.Certificates;

/// <summary>
/// Looks the certificates of a chain up in the revocation lists of <c>auth-tls-secret</c>. As with nginx's <c>ssl_crl</c>, each of
/// them needs a list of its issuer that counts now.
/// </summary>
internal sealed class RevocationCheck(IReadOnlyList<RevocationList> lists)
{
    // A list may have a million bytes that are signed. The issuers are trusted ones, so that there are few.
    private readonly ConcurrentDictionary<(RevocationList List, string Issuer), bool> _signed = new();

    /// <summary>Whether there is anything to look at.</summary>
    public bool IsAsked => lists.Count > 0;

    /// <summary>Why a chain is not good, in OpenSSL's words; null when it is.</summary>
    /// <param name="chain">From the certificate up to the root, which is trusted.</param>
    /// <param name="now">The time, UTC.</param>
    public string? Refusal(X509ChainElementCollection chain, DateTime now)
    {
        for (var i = 0; i < chain.Count; i++)
        {
            var issuer = chain[Math.Min(i + 1, chain.Count - 1)].Certificate;
            if (Refusal(chain[i].Certificate, issuer, now) is { } refusal)
                return refusal;
        }
        return null;
    }

    private string? Refusal(X509Certificate2 certificate, X509Certificate2 issuer, DateTime now)
    {
        var refusal = "unable to get certificate CRL";
        var isGood = false;
        foreach (var list in lists)
        {
            if (!list.Issuer.Span.SequenceEqual(issuer.SubjectName.RawData))
                continue;
            if (!IsSigned(list, issuer))
                refusal = "CRL signature failure";
            // Also by one that is out of date: nothing that was revoked becomes good again.
            else if (list.Revokes(certificate.SerialNumberBytes.Span))
                return "certificate revoked";
            else if (now < list.ThisUpdate)
                refusal = "CRL is not yet valid";
            else if (now >= list.NextUpdate)
                refusal = "CRL has expired";
            else
                isGood = true;
        }
        return isGood ? null : refusal;
    }

    private bool IsSigned(RevocationList list, X509Certificate2 issuer) => _signed.GetOrAdd(
        (list, issuer.Thumbprint), static (key, issuer) => MaySign(issuer) && IsSignature(key.List, issuer), issuer);

    private static bool MaySign(X509Certificate2 issuer) =>
        issuer.Extensions.OfType<X509KeyUsageExtension>().All(usage => usage.KeyUsages.HasFlag(X509KeyUsageFlags.CrlSign));

    private static bool IsSignature(RevocationList list, X509Certificate2 issuer)
    {
        try
        {
            using var rsa = issuer.GetRSAPublicKey();
            if (rsa is not null)
                return RsaAlgorithm(list) is var (hash, padding)
                    && rsa.VerifyData(list.Signed.Span, list.Signature.Span, hash, padding);
            using var ecdsa = issuer.GetECDsaPublicKey();
            return ecdsa is not null && EcdsaHash(list.Algorithm) is { } ofEcdsa
                && ecdsa.VerifyData(list.Signed.Span, list.Signature.Span, ofEcdsa, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException)
        {
            return false;
        }
    }

    private static (HashAlgorithmName Hash, RSASignaturePadding Padding)? RsaAlgorithm(RevocationList list) => list.Algorithm switch
    {
        "1.2.840.113549.1.1.11" => (HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        "1.2.840.113549.1.1.12" => (HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1),
        "1.2.840.113549.1.1.13" => (HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
        "1.2.840.113549.1.1.10" when PssHash(list.Parameters) is { } hash => (hash, RSASignaturePadding.Pss),
        _ => null,
    };

    private static HashAlgorithmName? EcdsaHash(string algorithm) => algorithm switch
    {
        "1.2.840.10045.4.3.2" => HashAlgorithmName.SHA256,
        "1.2.840.10045.4.3.3" => HashAlgorithmName.SHA384,
        "1.2.840.10045.4.3.4" => HashAlgorithmName.SHA512,
        _ => null,
    };

    /// <summary>RFC 4055, 3.1: the hash is the first of the parameters; without it, it would be SHA-1.</summary>
    private static HashAlgorithmName? PssHash(ReadOnlyMemory<byte> parameters)
    {
        if (parameters.IsEmpty)
            return null;
        var sequence = new AsnReader(parameters, AsnEncodingRules.DER).ReadSequence();
        var first = new Asn1Tag(TagClass.ContextSpecific, 0);
        if (!sequence.HasData || !sequence.PeekTag().HasSameClassAndValue(first))
            return null;
        return sequence.ReadSequence(first).ReadSequence().ReadObjectIdentifier() switch
        {
            "2.16.840.1.101.3.4.2.1" => HashAlgorithmName.SHA256,
            "2.16.840.1.101.3.4.2.2" => HashAlgorithmName.SHA384,
            "2.16.840.1.101.3.4.2.3" => HashAlgorithmName.SHA512,
            _ => null,
        };
    }
}
