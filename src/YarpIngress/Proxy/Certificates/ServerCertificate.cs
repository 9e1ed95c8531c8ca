using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using YarpIngress.Translation.Model;

namespace YarpIngress.Proxy.Certificates;

/// <summary>
/// A certificate as the TLS stack wants it. Loaded at its first handshake: of 20,000 certificates most are never asked
/// for, and loading one costs about a millisecond.
/// </summary>
/// <remarks>
/// One instance of the options per certificate, since OpenSSL's context and its session cache hang on it. Nothing is
/// disposed when a certificate is replaced: handshakes and connections may still use it, and its handles are freed by
/// their finalizers when the last of them is gone.
/// </remarks>
internal sealed class ServerCertificate
{
    // Most used first; what Kestrel offers for HTTP/1.1 and HTTP/2.
    private static readonly List<SslApplicationProtocol> Protocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];

    private readonly Lazy<SslServerAuthenticationOptions> _options;
    private bool _failed;

    public ServerCertificate(Certificate certificate)
    {
        Name = certificate.Secret.ToString();
        Fingerprint = certificate.Fingerprint;
        _options = new(() => OptionsFor(Leaf(certificate), Intermediates(certificate)));
    }

    public ServerCertificate(string name, Func<X509Certificate2> create)
    {
        Name = Fingerprint = name;
        _options = new(() => OptionsFor(create(), []));
    }

    /// <summary>The Secret, for logs.</summary>
    public string Name { get; }

    /// <summary>Tells whether data changed; see <see cref="Certificate.Fingerprint"/>.</summary>
    public string Fingerprint { get; }

    /// <summary>The options for a handshake that presents this certificate.</summary>
    public SslServerAuthenticationOptions Options => _options.Value;

    /// <summary>True once: the first time that somebody tells that it can't be loaded.</summary>
    public bool IsFirstFailure() => !Interlocked.Exchange(ref _failed, true);

    /// <summary>The certificate with its key and issuers, for whoever presents it.</summary>
    public static SslStreamCertificateContext ContextOf(Certificate certificate) =>
        SslStreamCertificateContext.Create(Leaf(certificate), Intermediates(certificate), offline: true);

    private static SslServerAuthenticationOptions OptionsFor(X509Certificate2 leaf, X509Certificate2Collection intermediates) => new()
    {
        // Offline: the chain is what the Secret holds, and no handshake ever waits for a download.
        ServerCertificateContext = SslStreamCertificateContext.Create(leaf, intermediates, offline: true),
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ApplicationProtocols = Protocols,
    };

    private static X509Certificate2 Leaf(Certificate certificate)
    {
        using var leaf = X509CertificateLoader.LoadCertificate(certificate.Chain[0].Span);
        if (certificate.KeyAlgorithm == "ECDSA")
        {
            using var ecdsa = ECDsa.Create();
            ecdsa.ImportPkcs8PrivateKey(certificate.PrivateKey.Span, out _);
            return leaf.CopyWithPrivateKey(ecdsa);
        }
        using var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(certificate.PrivateKey.Span, out _);
        return leaf.CopyWithPrivateKey(rsa);
    }

    private static X509Certificate2Collection Intermediates(Certificate certificate) =>
        [.. certificate.Chain.Skip(1).Select(der => X509CertificateLoader.LoadCertificate(der.Span))];
}
