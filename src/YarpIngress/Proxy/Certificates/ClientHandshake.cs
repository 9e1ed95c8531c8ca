using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http.Features;

namespace YarpIngress.Proxy.Certificates;

/// <summary>A connection whose client was asked for a certificate: what it presented. A feature of the connection.</summary>
/// <param name="verifier">The one of the host whose name the client asked for.</param>
/// <remarks>
/// The handshake never fails for the certificate's sake: the client gets an answer that says why. A host whose authorities change
/// verifies again what its open connections presented.
/// </remarks>
internal sealed class ClientHandshake(ClientVerifier verifier)
{
    private volatile byte[]? _certificate;
    private volatile IReadOnlyList<byte[]> _issuers = [];
    private volatile Verified? _verified;

    /// <summary>In a <see cref="RemoteCertificateValidationCallback"/>, which is content with anything.</summary>
    public bool Take(X509Certificate? certificate, X509Chain? chain)
    {
        if (certificate is not X509Certificate2 presented || chain is null)
            return true;
        _certificate = presented.RawData;
        _issuers = [.. chain.ChainPolicy.ExtraStore.Select(issuer => issuer.RawData)];
        _issuers = verifier.Issuers.Complete(_certificate, _issuers);
        // The TLS stack has built it by the verifier's policy, with what came over the wire; a session that is taken up brings less.
        _verified = new Verified(
            verifier, _issuers.Count == chain.ChainPolicy.ExtraStore.Count
                ? verifier.Judge(presented, chain)
                : verifier.Verify(_certificate, _issuers));
        return true;
    }

    /// <summary>What a host makes of the client's certificate.</summary>
    /// <param name="by">The host's.</param>
    /// <param name="connection">The connection.</param>
    public PresentedCertificate For(ClientVerifier by, ITlsConnectionFeature? connection)
    {
        if (_verified is { } verified && ReferenceEquals(verified.By, by))
            return verified.Certificate;
        // Nobody was asked where a session was taken up.
        if ((_certificate ?? connection?.ClientCertificate?.RawData) is not { } certificate)
            return PresentedCertificate.None;
        var again = by.Verify(certificate, by.Issuers.Complete(certificate, _issuers));
        (_certificate, _verified) = (certificate, new Verified(by, again));
        return again;
    }

    private sealed record Verified(ClientVerifier By, PresentedCertificate Certificate);
}
