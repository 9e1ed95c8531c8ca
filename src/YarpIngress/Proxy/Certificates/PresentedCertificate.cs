using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace YarpIngress.Proxy.Certificates;

/// <summary>What a client presented, and what a host's policy makes of it. One for all requests of a connection.</summary>
internal sealed class PresentedCertificate
{
    /// <summary>Of a client without a certificate.</summary>
    public static readonly PresentedCertificate None = new();

    private readonly byte[] _der = [];
    private string? _encoded;

    private PresentedCertificate()
    {
    }

    public PresentedCertificate(X509Certificate2 certificate, string? refusal, bool isOnlyUntrusted)
    {
        _der = certificate.RawData;
        Refusal = refusal;
        IsOnlyUntrusted = isOnlyUntrusted;
        Subject = DistinguishedName.Write(certificate.SubjectName.RawData);
        Issuer = DistinguishedName.Write(certificate.IssuerName.RawData);
        Verify = refusal is null ? "SUCCESS" : $"FAILED:{refusal}";
    }

    /// <summary>Whether there is none.</summary>
    public bool IsNone => _der.Length == 0;

    /// <summary>Why it is not good, in OpenSSL's words; null when it is, or when there is none.</summary>
    public string? Refusal { get; }

    /// <summary>Whether all that is wrong with it is that nobody trusted has signed it.</summary>
    public bool IsOnlyUntrusted { get; }

    /// <summary>nginx's <c>$ssl_client_verify</c>: SUCCESS, FAILED:reason, NONE.</summary>
    public string Verify { get; } = "NONE";

    /// <summary>Its subject, see <see cref="DistinguishedName"/>; empty without a certificate.</summary>
    public string Subject { get; } = "";

    /// <summary>Its issuer.</summary>
    public string Issuer { get; } = "";

    /// <summary>nginx's <c>$ssl_client_escaped_cert</c>: PEM, encoded as in a URL; empty without a certificate.</summary>
    public string Encoded => IsNone ? "" : _encoded ??= Uri.EscapeDataString(PemEncoding.WriteString("CERTIFICATE", _der) + "\n");
}
