using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace YarpIngress.Translation.Certificates;

/// <summary>Puts the certificates of a Secret in the order that TLS sends: the leaf first, each followed by its issuer.</summary>
internal static class CertificateChain
{
    /// <summary>
    /// The chain of the certificate that belongs to <paramref name="publicKey"/>; null when none does. Certificates that
    /// are not on the way up from the leaf follow in their own order.
    /// </summary>
    public static List<X509Certificate2>? Order(List<X509Certificate2> certificates, ReadOnlySpan<byte> publicKey)
    {
        var leaf = -1;
        for (var i = 0; i < certificates.Count && leaf < 0; i++)
        {
            if (PublicKey(certificates[i]).AsSpan().SequenceEqual(publicKey))
                leaf = i;
        }

        if (leaf < 0)
            return null;
        var bySubject = new Dictionary<string, Queue<int>>();
        for (var i = 0; i < certificates.Count; i++)
        {
            if (i == leaf)
                continue;
            var subject = Convert.ToHexString(certificates[i].SubjectName.RawData);
            if (!bySubject.TryGetValue(subject, out var same))
                bySubject[subject] = same = new Queue<int>();
            same.Enqueue(i);
        }

        var ordered = new List<X509Certificate2> { certificates[leaf] };
        var used = new HashSet<int> { leaf };
        var seen = new HashSet<string> { certificates[leaf].Thumbprint };
        while (bySubject.TryGetValue(Convert.ToHexString(ordered[^1].IssuerName.RawData), out var issuers)
            && issuers.TryDequeue(out var next))
        {
            used.Add(next);
            if (seen.Add(certificates[next].Thumbprint))
                ordered.Add(certificates[next]);
        }

        for (var i = 0; i < certificates.Count; i++)
        {
            if (!used.Contains(i) && seen.Add(certificates[i].Thumbprint))
                ordered.Add(certificates[i]);
        }

        return ordered;
    }

    /// <summary>The SubjectPublicKeyInfo of a certificate; empty for an algorithm that is not known here.</summary>
    private static byte[] PublicKey(X509Certificate2 certificate)
    {
        try
        {
            return certificate.PublicKey.ExportSubjectPublicKeyInfo();
        }
        catch (CryptographicException)
        {
            return [];
        }
    }
}
