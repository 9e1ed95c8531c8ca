using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using YarpIngress.Translation;
using YarpIngress.Translation.Model;

namespace YarpIngress.Proxy.Certificates;

/// <summary>Verifies the certificates of a host's clients, and says in handshakes whose are wanted.</summary>
internal sealed class ClientVerifier
{
    // TLS Web Client Authentication.
    private static readonly Oid ClientAuthentication = new("1.3.6.1.5.5.7.3.2");

    // The names of the authorities have to fit into one message of the handshake. Beyond this none are sent, and clients choose.
    private const int MostNameBytes = 16 * 1024;

    private readonly Lazy<X509Certificate2Collection> _authorities;
    private readonly ConditionalWeakTable<SslStreamCertificateContext, SslStreamCertificateContext> _contexts = [];
    private readonly RevocationCheck _revocation;
    private readonly Regex? _subject;

    public ClientVerifier(ClientCertificatePolicy policy)
    {
        Policy = policy;
        // At the first handshake: of many hosts most are never asked for.
        _authorities = new(() => [.. (policy.Trust?.Authorities ?? []).Select(der => X509CertificateLoader.LoadCertificate(der.Span))]);
        _revocation = new RevocationCheck(policy.Trust?.RevocationLists ?? []);
        _subject = policy.Subject is { } pattern ? SubjectPattern.Parse(pattern) : null;
    }

    /// <summary>What is asked for.</summary>
    public ClientCertificatePolicy Policy { get; }

    /// <summary>Whether clients are asked for a certificate.</summary>
    public bool Asks => Policy is { Closed: null, Mode: not ClientVerification.Off };

    /// <summary>Whether <c>auth-tls-match-cn</c> lets a subject pass.</summary>
    public bool TakesSubject(string subject)
    {
        try
        {
            return _subject?.IsMatch(subject) ?? true;
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    /// <summary>The server's certificate, with the names of the authorities whose clients' certificates are wanted.</summary>
    public SslStreamCertificateContext ContextFor(SslStreamCertificateContext server) => _contexts.GetValue(server, Named);

    /// <summary>How chains are built: with nobody else's authorities, and without asking anybody anything.</summary>
    public X509ChainPolicy ChainPolicy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            // A client must not make the gateway fetch what its certificate names.
            DisableCertificateDownloads = true,
        };
        policy.ApplicationPolicy.Add(ClientAuthentication);
        policy.CustomTrustStore.AddRange(_authorities.Value);
        return policy;
    }

    /// <summary>Verifies a certificate from the beginning.</summary>
    /// <param name="certificate">DER.</param>
    /// <param name="issuers">DER of what came with it.</param>
    public PresentedCertificate Verify(ReadOnlySpan<byte> certificate, IReadOnlyList<byte[]> issuers)
    {
        using var leaf = X509CertificateLoader.LoadCertificate(certificate);
        X509Certificate2Collection others = [.. issuers.Select(der => X509CertificateLoader.LoadCertificate(der))];
        using var chain = new X509Chain { ChainPolicy = ChainPolicy() };
        chain.ChainPolicy.ExtraStore.AddRange(others);
        chain.Build(leaf);
        var judged = Judge(leaf, chain);
        foreach (var element in chain.ChainElements)
            element.Certificate.Dispose();
        foreach (var other in others)
            other.Dispose();
        return judged;
    }

    /// <summary>What to make of a chain that was built by <see cref="ChainPolicy"/>.</summary>
    public PresentedCertificate Judge(X509Certificate2 certificate, X509Chain chain)
    {
        var now = DateTime.UtcNow;
        string? untrusted = null;
        string? refusal = null;
        foreach (var status in chain.ChainStatus)
        {
            var text = ChainStatusText.Of(status.Status, chain.ChainElements, now);
            if (status.Status is X509ChainStatusFlags.UntrustedRoot or X509ChainStatusFlags.PartialChain)
                untrusted = text;
            else if (status.Status is not X509ChainStatusFlags.NoError)
                refusal ??= text;
        }
        if (chain.ChainElements.Count == 0)
            refusal ??= ChainStatusText.Unverified;
        // OpenSSL's depth: authorities between the certificate and the root.
        if (untrusted is null && chain.ChainElements.Count - 2 > Policy.Depth)
            refusal ??= ChainStatusText.TooLong;
        if (_revocation.IsAsked)
            refusal ??= untrusted is null ? _revocation.Refusal(chain.ChainElements, now) : ChainStatusText.NoRevocationList;
        return new PresentedCertificate(certificate, refusal ?? untrusted, isOnlyUntrusted: refusal is null && untrusted is not null);
    }

    private SslStreamCertificateContext Named(SslStreamCertificateContext server)
    {
        var authorities = _authorities.Value;
        var trust = authorities.Sum(one => one.SubjectName.RawData.Length + 2) <= MostNameBytes
            ? SslCertificateTrust.CreateForX509Collection(authorities, sendTrustInHandshake: true)
            : null;
        return SslStreamCertificateContext.Create(server.TargetCertificate, [.. server.IntermediateCertificates], offline: true, trust);
    }
}
