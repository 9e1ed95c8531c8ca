using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace YarpIngress.Proxy.Certificates;

/// <summary>A connection whose client was asked for a certificate: what it presented. A feature of the connection.</summary>
/// <param name="verifier">The one of the host whose name the client asked for.</param>
/// <remarks>
/// The handshake never fails for the certificate's sake: the client gets an answer that says why. A host whose authorities change
/// verifies again what its open connections presented.
/// </remarks>
internal sealed class ClientHandshake(ClientVerifier verifier)
{
    private volatile Presented? _presented;
    private volatile Verified? _verified;

    /// <summary>In a <see cref="RemoteCertificateValidationCallback"/>, which is content with anything.</summary>
    public bool Take(X509Certificate? certificate, X509Chain? chain)
    {
        if (certificate is not X509Certificate2 presented || chain is null)
            return true;
        _presented = new Presented(presented.RawData, [.. chain.ChainPolicy.ExtraStore.Select(issuer => issuer.RawData)]);
        // The TLS stack has built the chain by the verifier's policy.
        _verified = new Verified(verifier, verifier.Judge(presented, chain));
        return true;
    }

    /// <summary>What a host makes of the client's certificate.</summary>
    public PresentedCertificate For(ClientVerifier by)
    {
        if (_presented is not { } presented)
            return PresentedCertificate.None;
        if (_verified is { } verified && ReferenceEquals(verified.By, by))
            return verified.Certificate;
        var again = by.Verify(presented.Certificate, presented.Issuers);
        _verified = new Verified(by, again);
        return again;
    }

    private sealed record Presented(byte[] Certificate, IReadOnlyList<byte[]> Issuers);

    private sealed record Verified(ClientVerifier By, PresentedCertificate Certificate);
}
