using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace YarpIngress.Controller.Admission;

/// <summary>A certificate with its key, as the webhook presents it.</summary>
internal sealed class WebhookCertificate
{
    private WebhookCertificate(X509Certificate2 leaf, X509Certificate2Collection chain)
    {
        Leaf = leaf;
        // Offline: a handshake must not go looking for issuers.
        Context = SslStreamCertificateContext.Create(leaf, chain, offline: true);
    }

    /// <summary>The certificate itself.</summary>
    public X509Certificate2 Leaf { get; }

    /// <summary>With its issuers, for handshakes.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <summary>Reads PEM text.</summary>
    /// <exception cref="CryptographicException">It is no certificate with its key.</exception>
    public static WebhookCertificate Parse(string certificate, string key)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(certificate);
        if (chain.Count == 0)
            throw new CryptographicException("there is no PEM certificate in it");
        try
        {
            var leaf = X509Certificate2.CreateFromPem(certificate, key);
            chain.RemoveAt(0);
            return new WebhookCertificate(leaf, chain);
        }
        catch (ArgumentException error)
        {
            // A key of another certificate.
            throw new CryptographicException("the key is not the certificate's", error);
        }
    }
}
