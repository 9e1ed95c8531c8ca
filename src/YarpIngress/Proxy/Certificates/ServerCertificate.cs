using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using YarpIngress.Translation.Certificates;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Proxy.Certificates;

/// <summary>
/// A certificate as the TLS stack wants it. Loaded at its first handshake: of 20,000 certificates most are never asked
/// for, and loading one costs about a millisecond.
/// </summary>
/// <remarks>
/// One instance of the options per certificate and settings, so that a handshake allocates none. Nothing is disposed when a
/// certificate is replaced: handshakes and connections may still use it, and its handles are freed by their finalizers when
/// the last of them is gone.
/// </remarks>
internal sealed class ServerCertificate
{
    // Most used first; what Kestrel offers for HTTP/1.1 and HTTP/2.
    private static readonly List<SslApplicationProtocol> Protocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];
    private static readonly List<SslApplicationProtocol> WithoutHttp2 = [SslApplicationProtocol.Http11];

    private readonly Lazy<SslStreamCertificateContext> _context;
    private readonly Lazy<HashSet<string>> _names;
    private volatile Prepared? _prepared;
    private bool _failed;

    public ServerCertificate(Certificate certificate)
    {
        Name = certificate.Secret.ToString();
        Fingerprint = certificate.Fingerprint;
        _context = new(() => ContextOf(certificate));
        _names = new(() => new(certificate.DnsNames, StringComparer.OrdinalIgnoreCase));
    }

    public ServerCertificate(string name, Func<X509Certificate2> create)
    {
        Name = Fingerprint = name;
        // Offline: the chain is what the Secret holds, and no handshake ever waits for a download.
        _context = new(() => SslStreamCertificateContext.Create(create(), [], offline: true));
        _names = new(() => []);
    }

    /// <summary>The Secret, for logs.</summary>
    public string Name { get; }

    /// <summary>Tells whether data changed; see <see cref="Certificate.Fingerprint"/>.</summary>
    public string Fingerprint { get; }

    /// <summary>Whether it is one for <paramref name="host"/>, in any case.</summary>
    public bool Covers(string host) => CertificateValidity.Covers(_names.Value, host);

    /// <summary>The options for a handshake that presents this certificate.</summary>
    public SslServerAuthenticationOptions OptionsFor(TlsSettings settings)
    {
        if (_prepared is { } prepared && ReferenceEquals(prepared.Settings, settings))
            return prepared.Options;
        var options = Options(settings, _context.Value, settings.Ciphers);
        _prepared = new Prepared(settings, options);
        return options;
    }

    /// <summary>Options of a handshake with particular ciphers or another certificate context.</summary>
    public static SslServerAuthenticationOptions Options(
        TlsSettings settings, SslStreamCertificateContext context, string? ciphers) => new()
        {
            ServerCertificateContext = context,
            EnabledSslProtocols = settings.Protocols,
            ApplicationProtocols = settings.Http2 ? Protocols : WithoutHttp2,
            AllowTlsResume = settings.Resumes,
            CipherSuitesPolicy = ServerCiphers.PolicyOf(ciphers),
        };

    /// <summary>True once: the first time that somebody tells that it can't be loaded.</summary>
    public bool IsFirstFailure() => !Interlocked.Exchange(ref _failed, true);

    /// <summary>The certificate with its key and issuers, for whoever presents it.</summary>
    public static SslStreamCertificateContext ContextOf(Certificate certificate) =>
        SslStreamCertificateContext.Create(Leaf(certificate), Intermediates(certificate), offline: true);

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

    private sealed record Prepared(TlsSettings Settings, SslServerAuthenticationOptions Options);
}
