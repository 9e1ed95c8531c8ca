using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace YarpIngress.Kubernetes;

/// <summary>A certificate with its private key and the intermediates to send along, ready for TLS.</summary>
public sealed class ClientCertificate
{
    private ClientCertificate(SslStreamCertificateContext context) => Context = context;

    internal SslStreamCertificateContext Context { get; }

    /// <summary>From PEM text: the certificate first, its intermediates after it; an RSA or ECDSA key in any of the usual forms.</summary>
    /// <exception cref="ClusterConfigException">One of them can't be read, or they don't belong together.</exception>
    public static ClientCertificate FromPem(string certificatePem, string keyPem, string source)
    {
        try
        {
            var leaf = X509Certificate2.CreateFromPem(certificatePem, keyPem);
            // Windows' TLS can't use a key that lives in memory only; a round trip through PKCS#12 gives it a home.
            if (OperatingSystem.IsWindows())
                leaf = X509CertificateLoader.LoadPkcs12(leaf.Export(X509ContentType.Pkcs12), password: null);

            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(certificatePem);
            return new ClientCertificate(SslStreamCertificateContext.Create(leaf, chain, offline: true));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new ClusterConfigException($"{source}: the client certificate and its key can't be used: {e.Message}", e);
        }
    }
}
